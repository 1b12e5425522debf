package provider

import (
	"context"
	"errors"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// generateToken generates a user's API token. When an answer is lost, the token in it is lost with it, and another one is generated:
// only the last one works. With an error, lost tells whether a token may have been generated that nobody knows.
func (s *session) generateToken(ctx context.Context, username string) (token string, lost bool, err error) {
	token, err = s.client.GenerateUserAPIToken(ctx, username)
	lost = iriusrisk.FateUnknown(err)

	if _, answered := errors.AsType[*iriusrisk.AnswerError](err); lost && !answered && ctx.Err() == nil {
		token, err = s.client.GenerateUserAPIToken(ctx, username)
	}

	return token, lost || iriusrisk.FateUnknown(err), err
}
