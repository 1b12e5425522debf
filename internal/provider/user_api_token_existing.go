package provider

import (
	"context"
	"fmt"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// existingToken is what IriusRisk shows of a user's API token. The zero value means that there is no token.
type existingToken struct {
	// hint is the part of the token that IriusRisk shows; nil if it shows none.
	hint *string

	// deletable means that IriusRisk shows no hint but reports a token that can be deleted.
	deletable bool

	// hidden means that IriusRisk does not show the tokens of any user.
	hidden bool
}

// absent reports whether it is certain that the user has no token.
func (t existingToken) absent() bool { return !t.isShown() && !t.hidden }

// isShown reports whether IriusRisk shows that there is a token.
func (t existingToken) isShown() bool { return t.hint != nil || t.deletable }

// without returns the token without its hint if that is the outdated one. A nil outdated hint changes nothing.
func (t existingToken) without(outdated *string) existingToken {
	if t.hint != nil && equal(t.hint, outdated) {
		return existingToken{deletable: true}
	}

	return t
}

// existingToken returns what is known of a user's API token. A token that is not shown counts as absent only if IriusRisk
// shows tokens at all. The user that the provider runs as certainly has one, so if theirs is not shown either, nothing is
// known about other users' tokens.
func (s *providerData) existingToken(ctx context.Context, user *iriusrisk.User) (existingToken, error) {
	token := existingToken{hint: user.APITokenHint, deletable: user.APITokenUnknown}
	if token.isShown() {
		return token, nil
	}

	self, err := s.directory.Profile(ctx)
	if err != nil {
		return token, fmt.Errorf("could not determine whether IriusRisk shows API tokens at all: %w", err)
	}

	token.hidden = self.APITokenHint == nil && !self.APITokenUnknown

	return token, nil
}

// readToken reads what IriusRisk shows of a user's API token, bypassing the cache. A user who does not exist has no token.
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
