package live

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// pageQuery asks for a page of the size that the client asks for.
func pageQuery(number int) url.Values {
	return url.Values{"page": {strconv.Itoa(number)}, "size": {strconv.Itoa(iriusrisk.PageSize)}}
}

// largestPage is the first page of all users, of the size that the client asks for.
func (p *probe) largestPage(ctx context.Context) (page object, items int, err error) {
	received, err := p.get(ctx, pageQuery(0), "users")
	if err != nil {
		return nil, 0, err
	}

	fields, err := received.fields()
	if err != nil {
		return nil, 0, err
	}

	users, err := received.items()

	return objectIn(fields["page"]), len(users), err
}

func checkPageObject(ctx context.Context, p *probe) (string, error) {
	page, _, err := p.largestPage(ctx)

	return page.shape(), err
}

// checkPageSize tells the size that the server reports, unless the page itself gives it the lie.
func checkPageSize(ctx context.Context, p *probe) (string, error) {
	page, items, err := p.largestPage(ctx)
	if err != nil {
		return "", err
	}

	size, total := page.number("size"), page.number("totalElements")

	switch {
	case size < 1:
		return "not reported", nil
	case total >= 0 && items != min(size, total):
		return "another one than the server reports", nil
	default:
		return strconv.Itoa(size), nil
	}
}

// checkEmptyPage takes the first list that is empty: what a new user has, or users of a name that nobody has.
func checkEmptyPage(ctx context.Context, p *probe) (string, error) {
	nobody := url.Values{"filter": {fmt.Sprintf("'username'='%snobody'", p.tenant.Prefix)}}

	for _, list := range []struct {
		query    url.Values
		segments []string
	}{
		{nil, []string{"users", p.ada, "roles"}},
		{nil, []string{"users", p.ada, "business-units"}},
		{nobody, []string{"users"}},
	} {
		received, err := p.get(ctx, list.query, list.segments...)
		if err != nil {
			continue
		}

		fields, err := received.fields()
		if err != nil || string(objectIn(fields["page"])["totalElements"]) != "0" {
			continue
		}

		return describeEmpty(fields["_embedded"]), nil
	}

	return "", errors.New("no list is empty")
}

// describeEmpty says in words what an empty page has in place of its items.
func describeEmpty(embedded json.RawMessage) string {
	items, present := objectIn(embedded)["items"]

	switch {
	case kind(embedded) != "object":
		return kind(embedded)
	case !present || kind(items) == "null":
		return "an object without items"
	case kind(items) == "array":
		return "an empty list of items"
	default:
		return "items that are a " + kind(items)
	}
}

// usernamesOf are the usernames on the first page of the users that a query selects.
func (p *probe) usernamesOf(ctx context.Context, filter string, sort ...string) ([]string, reply, error) {
	received, err := p.get(ctx, url.Values{"filter": {filter}, "sort": sort}, "users")
	if err != nil || !received.succeeded() {
		return nil, received, err
	}

	users, err := received.items()
	usernames := make([]string, len(users))

	for i, user := range users {
		usernames[i] = user.text("username")
	}

	return usernames, received, err
}

// describeList says in words whether a list is what was asked for.
func describeList(received reply, applied bool) string {
	switch {
	case !received.succeeded():
		return received.refusal()
	case applied:
		return "applied"
	default:
		return "not applied"
	}
}

func checkFilter(ctx context.Context, p *probe) (string, error) {
	usernames, received, err := p.usernamesOf(ctx, fmt.Sprintf("'username'='%s'", p.ada))

	return describeList(received, slices.Equal(usernames, []string{p.ada})), err
}

// checkQuoteEscaping looks for the users of this run by their last name, which has a quote in it, in each way that a server may
// have of escaping one.
func checkQuoteEscaping(ctx context.Context, p *probe) (string, error) {
	name := p.profileOf(p.bob).LastName

	var ways []string

	for _, way := range []struct{ escape, called string }{{"'", "as it is"}, {"''", "doubled"}, {`\'`, "behind a backslash"}} {
		usernames, received, err := p.usernamesOf(ctx, fmt.Sprintf("'lastName'='%s'", strings.ReplaceAll(name, "'", way.escape)))
		if err != nil {
			return "", err
		}

		// A server that ignores the filter finds bob among everybody else.
		others := slices.ContainsFunc(usernames, func(username string) bool { return !strings.HasPrefix(username, p.tenant.Prefix) })
		if received.succeeded() && slices.Contains(usernames, p.bob) && !others {
			ways = append(ways, way.called)
		}
	}

	if len(ways) == 0 {
		return "cannot be escaped", nil
	}

	return strings.Join(ways, separator), nil
}

// checkSort lists the two users of this run upwards and downwards.
func checkSort(ctx context.Context, p *probe) (string, error) {
	filter := fmt.Sprintf("'username'='%s':OR:'username'='%s'", p.ada, p.bob)

	upwards, received, err := p.usernamesOf(ctx, filter, "username,asc")
	if err != nil || !received.succeeded() {
		return describeList(received, false), err
	}

	downwards, received, err := p.usernamesOf(ctx, filter, "username,desc")

	return describeList(received, slices.Equal(upwards, []string{p.ada, p.bob}) && slices.Equal(downwards, []string{p.bob, p.ada})), err
}
