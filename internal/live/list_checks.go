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

// pageQuery requests a page of the size that the client requests.
func pageQuery(number int) url.Values {
	return url.Values{"page": {strconv.Itoa(number)}, "size": {strconv.Itoa(iriusrisk.PageSize)}}
}

// largestPage reads the first page of all users, with the page size of the client.
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

// checkPageSize describes the page size that the server reports, unless the number of items contradicts it.
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
		return "different from the reported size", nil
	default:
		return strconv.Itoa(size), nil
	}
}

// checkEmptyPage describes the first empty list: the roles or business units of a new user, or users with a name that
// does not exist.
func checkEmptyPage(ctx context.Context, p *probe) (string, error) {
	noUser := url.Values{"filter": {fmt.Sprintf("'username'='%sabsent'", p.tenant.Prefix)}}

	for _, list := range []struct {
		query    url.Values
		segments []string
	}{
		{nil, []string{"users", p.ada, "roles"}},
		{nil, []string{"users", p.ada, "business-units"}},
		{noUser, []string{"users"}},
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

// describeEmpty describes _embedded of an empty page.
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

// usernamesOf returns the usernames on the first page of the users that match a filter.
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

// describeList describes whether a filter or sort criterion was applied.
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

// checkQuoteEscaping filters the users of this run by their last name, which contains a quote, with each common way to
// escape it.
func checkQuoteEscaping(ctx context.Context, p *probe) (string, error) {
	name := p.profileOf(p.bob).LastName

	var ways []string

	for _, way := range []struct{ escape, called string }{{"'", "unescaped"}, {"''", "doubled"}, {`\'`, "with a backslash"}} {
		usernames, received, err := p.usernamesOf(ctx, fmt.Sprintf("'lastName'='%s'", strings.ReplaceAll(name, "'", way.escape)))
		if err != nil {
			return "", err
		}

		// A server that ignores the filter returns bob among other users.
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

// checkSort lists the two users of this run in ascending and descending order.
func checkSort(ctx context.Context, p *probe) (string, error) {
	filter := fmt.Sprintf("'username'='%s':OR:'username'='%s'", p.ada, p.bob)

	ascending, received, err := p.usernamesOf(ctx, filter, "username,asc")
	if err != nil || !received.succeeded() {
		return describeList(received, false), err
	}

	descending, received, err := p.usernamesOf(ctx, filter, "username,desc")

	return describeList(received, slices.Equal(ascending, []string{p.ada, p.bob}) && slices.Equal(descending, []string{p.bob, p.ada})), err
}
