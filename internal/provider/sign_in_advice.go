package provider

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/directory"
	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// signInTimeout bounds the read of GET /info with its retries, so that the advice does not delay a plan for long.
const signInTimeout = 5 * time.Second

// standardSignIn is the loginType of an instance whose users sign in with a password (observed).
const standardSignIn = "standard"

// signInAdvice warns, once per run, if sign-in settings reported by GET /info may affect managed access. They are read at
// most once, and only for a resource that manages roles or business units.
type signInAdvice struct {
	read sync.Once
	info *iriusrisk.Info // Nil if the read failed.

	warned atomic.Bool
}

// adviseOnSignIn warns, once per run, if single sign-on may change the roles and business units that are managed in this
// style, or if the instance reports that it does not allow managing users or roles. A failed read is ignored, because it
// says nothing about the plan.
func (s *providerData) adviseOnSignIn(ctx context.Context, style membershipStyle, diags *diag.Diagnostics) {
	if s.directory == nil || s.signIn.warned.Load() {
		return
	}

	summary, detail := signInWarning(s.signIn.reported(ctx, s.directory, signInTimeout), style)
	if summary != "" && s.signIn.warned.CompareAndSwap(false, true) {
		diags.AddWarning(summary, detail)
	}
}

// adviseOnInlineSets is adviseOnSignIn for a user whose plan manages roles or business units. user is nil if the plan
// destroys them.
func (s *providerData) adviseOnInlineSets(ctx context.Context, user *userResourceModel, diags *diag.Diagnostics) {
	if user != nil && (!user.RoleIDs.IsNull() || !user.BusinessUnitIDs.IsNull()) {
		s.adviseOnSignIn(ctx, managedInline, diags)
	}
}

// reported returns the information about the instance, or nil if it could not be read within the timeout.
func (a *signInAdvice) reported(ctx context.Context, from *directory.Directory, timeout time.Duration) *iriusrisk.Info {
	a.read.Do(func() {
		ctx, cancel := context.WithTimeout(ctx, timeout)
		defer cancel()

		if info, err := from.Info(ctx); err == nil {
			a.info = info
		}
	})

	return a.info
}

// signInWarning returns the warning for an instance and a style of managing memberships. The summary is empty if there is
// nothing to warn of. Settings that the instance does not report are ignored.
func signInWarning(info *iriusrisk.Info, style membershipStyle) (summary, detail string) {
	if info == nil {
		return "", ""
	}

	var off []string

	for _, setting := range []struct {
		name    string
		allowed *bool
	}{{"allowManageUsers", info.AllowManageUsers}, {"allowManageRoles", info.AllowManageRoles}} {
		if setting.allowed != nil && !*setting.allowed {
			off = append(off, setting.name+" is false")
		}
	}

	// An empty type tells nothing.
	singleSignOn := info.LoginType != nil && *info.LoginType != "" && !strings.EqualFold(*info.LoginType, standardSignIn)

	var details []string

	if len(off) > 0 {
		summary = "IriusRisk reports that it does not allow managing users or roles"
		details = append(details, fmt.Sprintf("The instance reports that %s. IriusRisk may reject changes of users or their roles, or the identity provider may overwrite them.", strings.Join(off, " and ")))
	}

	if singleSignOn && (style != managedSingly || len(off) > 0) {
		summary = "Single sign-on may change the access that Terraform manages"
		details = append(details, fmt.Sprintf("Users of this instance sign in with %q, and single sign-on can be configured to assign roles and business units at each sign-in. "+
			"If a configuration manages all roles or all business units of a user, these assignments appear as drift and are removed on the next apply.", *info.LoginType))
	}

	if summary == "" {
		return "", ""
	}

	details = append(details, `Test this with one user before you manage more, as described in the guide "Single sign-on tenants".`)

	return summary, strings.Join(details, " ")
}
