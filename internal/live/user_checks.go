package live

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
)

// checkCreateWithoutPassword creates ada. If a password is required, it retries with one, so that the other checks can
// run.
func checkCreateWithoutPassword(ctx context.Context, p *probe) (string, error) {
	ada := p.profileOf(p.ada)

	received, err := p.create(ctx, ada)
	if err != nil {
		return "", err
	}

	seen := received.acceptance()

	if !received.succeeded() {
		ada.Password = randomPassword()
		if received, err = p.create(ctx, ada); err != nil {
			return "", err
		}
	}

	p.responses["create_user"] = received

	return seen, nil
}

func checkCreateWithPassword(ctx context.Context, p *probe) (string, error) {
	bob := p.profileOf(p.bob)
	bob.Password, bob.PasswordExpired = randomPassword(), new(true)

	received, err := p.create(ctx, bob)

	return received.acceptance(), err
}

// checkResponse describes the response to a write of an earlier check.
func checkResponse(operation string) checkFunc {
	return func(_ context.Context, p *probe) (string, error) {
		received, found := p.responses[operation]
		if !found {
			return "", errors.New("the operation was not called successfully")
		}

		return received.outcome(), nil
	}
}

func checkEnabled(ctx context.Context, p *probe) (string, error) {
	fields, err := p.user(ctx, p.ada)
	if err != nil {
		return "", err
	}

	if kind(fields["enabled"]) != "boolean" {
		return kind(fields["enabled"]), nil
	}

	return string(fields["enabled"]), nil
}

func checkInitialRoles(ctx context.Context, p *probe) (string, error) {
	received, err := p.get(ctx, nil, "users", p.ada, "roles")
	if err != nil {
		return "", err
	}

	roles, err := received.items()
	if len(roles) == 0 {
		return "none", err
	}

	return "some", nil
}

func checkAPIToken(ctx context.Context, p *probe) (string, error) {
	fields, err := p.user(ctx, p.ada)
	if err != nil {
		return "", err
	}

	raw := fields["apiToken"]
	hint, present := objectIn(raw)["hint"]

	switch {
	case kind(raw) != "object":
		return kind(raw), nil
	case !present:
		return "an object without hint", nil
	case kind(hint) == "null" || string(hint) == `""`:
		return "an object with an empty hint", nil
	case kind(hint) != "string":
		return "an object with a hint that is a " + kind(hint), nil
	default:
		return "an object with a hint", nil
	}
}

// checkGenerateToken lists the string fields of the response, and keeps the token for checkHint.
func checkGenerateToken(ctx context.Context, p *probe) (string, error) {
	received, err := p.exchange(ctx, http.MethodPost, []string{"users", userPlaceholder, "api-token", "generate"})
	if err != nil {
		return "", err
	}

	p.responses["generate_user_api_token"] = received

	fields, err := received.fields()
	if err != nil {
		return "", err
	}

	p.token = cmp.Or(fields.text("apiToken"), fields.text("token"))

	for key, raw := range fields {
		if p.token == "" && kind(raw) == "string" {
			p.token = fields.text(key)
		}
	}

	return fields.keysOf("string"), nil
}

// checkHint compares the hint with the token, and describes only how the two relate.
func checkHint(ctx context.Context, p *probe) (string, error) {
	fields, err := p.user(ctx, p.ada)
	if err != nil {
		return "", err
	}

	hint := objectIn(fields["apiToken"]).text("hint")

	switch {
	case hint == "" || p.token == "":
		return "", errors.New("the hint or the token is unknown")
	case strings.HasSuffix(p.token, hint):
		return "tail", nil
	case strings.HasPrefix(p.token, hint):
		return "head", nil
	default:
		return "neither", nil
	}
}

func checkCreateTakenUsername(ctx context.Context, p *probe) (string, error) {
	taken := p.profileOf(p.ada)
	taken.Email, taken.Password = emailOf(p.tenant.Prefix+"another"), randomPassword()

	received, err := p.create(ctx, taken)

	return received.acceptance(), err
}

// inOtherCase returns ada's username in another case, with the prefix unchanged.
func (p *probe) inOtherCase() string { return p.tenant.Username("ADA") }

func checkCreateTakenInOtherCase(ctx context.Context, p *probe) (string, error) {
	taken := p.profileOf(p.inOtherCase())
	taken.Email, taken.Password = emailOf(p.tenant.Prefix+"other-case"), randomPassword()

	received, err := p.create(ctx, taken)

	return received.acceptance(), err
}

func checkCreateTakenEmail(ctx context.Context, p *probe) (string, error) {
	taken := p.profileOf(p.tenant.Username("carl"))
	taken.Email, taken.Password = emailOf(p.ada), randomPassword()

	received, err := p.create(ctx, taken)

	return received.acceptance(), err
}

func checkUpdateTakenEmail(ctx context.Context, p *probe) (string, error) {
	taken := p.profileOf("")
	taken.Email = emailOf(p.ada)

	received, err := p.update(ctx, p.bob, taken)

	return received.acceptance(), err
}

func checkGetInOtherCase(ctx context.Context, p *probe) (string, error) {
	if p.created[p.inOtherCase()] {
		return "", errors.New("another user has this username")
	}

	received, err := p.get(ctx, nil, "users", p.inOtherCase())

	switch {
	case err != nil:
		return "", err
	case received.succeeded():
		return "the same user", nil
	default:
		return strconv.Itoa(received.status), nil
	}
}

// adasUpdate returns the profile of ada with another first name.
func (p *probe) adasUpdate() profile {
	ada := p.profileOf("")
	ada.Email, ada.FirstName, ada.PasswordExpired = emailOf(p.ada), "Changed", new(false)

	return ada
}

func checkUpdate(ctx context.Context, p *probe) (string, error) {
	received, err := p.update(ctx, p.ada, p.adasUpdate())

	return received.outcome(), err
}

func checkUpdatePassword(ctx context.Context, p *probe) (string, error) {
	ada := p.adasUpdate()
	ada.Password = randomPassword()

	received, err := p.update(ctx, p.ada, ada)

	return received.acceptance(), err
}

func checkSessions(ctx context.Context, p *probe) (string, error) {
	received, err := p.exchange(ctx, http.MethodGet, []string{"users", userPlaceholder, "sessions", "count"})
	if err != nil {
		return "", err
	}

	fields, err := received.fields()

	return fields.keysOf("number"), err
}
