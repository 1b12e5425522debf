package provider

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// generateToken generates a user's API token. When an answer is lost, the token in it is lost with it, and another one is generated:
// only the last one works.
func (s *session) generateToken(ctx context.Context, username string, diags *diag.Diagnostics) (token string, ok bool) {
	token, err := s.client.GenerateUserAPIToken(ctx, username)

	if _, answered := errors.AsType[*iriusrisk.AnswerError](err); !answered && iriusrisk.FateUnknown(err) && ctx.Err() == nil {
		token, err = s.client.GenerateUserAPIToken(ctx, username)
	}

	if iriusrisk.FateUnknown(err) {
		err = fmt.Errorf("%w; a token may have been generated whose value is lost, which ends the one that the user had before; the next apply generates another", err)
	}

	if err != nil {
		addAPIError(diags, fmt.Sprintf("generate the API token of user %q", username), err)
	}

	return token, err == nil
}
