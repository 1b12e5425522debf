package provider

import (
	"context"
	"fmt"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// existingToken is what IriusRisk shows of the API token that a user has; the zero value is none.
type existingToken struct {
	// hint is the part of the token that IriusRisk shows, nil when it shows none.
	hint *string

	// deletable tells that IriusRisk shows no hint, but offers to delete a token.
	deletable bool

	// hidden tells that IriusRisk shows nothing of any user's token.
	hidden bool
}

// absent reports whether the user has no token for certain.
func (t existingToken) absent() bool { return !t.isShown() && !t.hidden }

// isShown reports whether IriusRisk shows that there is a token.
func (t existingToken) isShown() bool { return t.hint != nil || t.deletable }

// without returns the token without a hint that is known to be out of date; nil is none.
func (t existingToken) without(outdated *string) existingToken {
	if t.hint != nil && equal(t.hint, outdated) {
		return existingToken{deletable: true}
	}

	return t
}

// existingToken returns what is known of a user's API token. That no token is shown means that there is none only where
// IriusRisk shows tokens at all: the user that the provider runs as has one for certain, so when not even theirs is shown,
// nothing is known of the others'.
func (s *providerData) existingToken(ctx context.Context, user *iriusrisk.User) (existingToken, error) {
	token := existingToken{hint: user.APITokenHint, deletable: user.APITokenUnknown}
	if token.isShown() {
		return token, nil
	}

	self, err := s.directory.Profile(ctx)
	if err != nil {
		return token, fmt.Errorf("whether IriusRisk shows API tokens at all could not be found out: %w", err)
	}

	token.hidden = self.APITokenHint == nil && !self.APITokenUnknown

	return token, nil
}

// readToken reads what IriusRisk shows of a user's API token at this moment. A user who does not exist has none.
func (s *providerData) readToken(ctx context.Context, username string) (existingToken, error) {
	user, err := s.client.GetUser(ctx, username)

	switch {
	case iriusrisk.IsNotFound(err):
		return existingToken{}, s.confirmAbsent(ctx, err)
	case err != nil:
		return existingToken{}, err
	}

	return s.existingToken(ctx, user)
}
