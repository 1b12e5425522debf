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

// signInTimeout bounds the read of GET /info with its retries: a plan does not wait longer for advice.
const signInTimeout = 5 * time.Second

// standardSignIn is the loginType of an instance whose users sign in with a password (observed).
const standardSignIn = "standard"

// signInAdvice warns once a run of what GET /info says about sign-in and managed access. The answer is read at most
// once, and only for a resource that manages roles or business units.
type signInAdvice struct {
	read sync.Once
	info *iriusrisk.Info // Nil when it could not be read.

	given atomic.Bool
}

// adviseOnSignIn warns, once a run, when single sign-on may change the roles and business units that are planned in
// this style, or when the instance reports that managing users or roles is not allowed. A failure to read that is silent:
// it says nothing about the plan.
func (s *providerData) adviseOnSignIn(ctx context.Context, style membershipStyle, diags *diag.Diagnostics) {
	if s.directory == nil || s.signIn.given.Load() {
		return
	}

	summary, detail := signInWarning(s.signIn.reported(ctx, s.directory, signInTimeout), style)
	if summary != "" && s.signIn.given.CompareAndSwap(false, true) {
		diags.AddWarning(summary, detail)
	}
}

// adviseOnInlineSets is adviseOnSignIn for a planned user, nil for one to be destroyed, if the plan manages their sets.
func (s *providerData) adviseOnInlineSets(ctx context.Context, user *userResourceModel, diags *diag.Diagnostics) {
	if user != nil && (!user.RoleIDs.IsNull() || !user.BusinessUnitIDs.IsNull()) {
		s.adviseOnSignIn(ctx, managedInline, diags)
	}
}

// reported returns what the instance reports of itself, nil when that could not be read within the timeout.
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

// signInWarning is the warning that an instance calls for where memberships are managed in a style; the summary is empty
// for none. What an instance does not report calls for nothing.
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

	singleSignOn := info.LoginType != nil && !strings.EqualFold(*info.LoginType, standardSignIn)

	var details []string

	if len(off) > 0 {
		summary = "IriusRisk reports that it does not allow managing users or roles"
		details = append(details, fmt.Sprintf("In the information about the instance, %s: IriusRisk may refuse changes of users or of their roles, or the identity provider may overwrite them.", strings.Join(off, " and ")))
	}

	if singleSignOn && (style != managedSingly || len(off) > 0) {
		summary = "Single sign-on may change the access that Terraform manages"
		details = append(details, fmt.Sprintf("Users of this instance sign in by %q, and single sign-on can be set up to assign roles and business units at each sign-in. "+
			"Where a configuration manages all roles or all business units of a user, these assignments show as drift and the next apply removes them.", *info.LoginType))
	}

	if summary == "" {
		return "", ""
	}

	details = append(details, `Find out with one user before you manage more, as the guide "Single sign-on tenants" describes.`)

	return summary, strings.Join(details, " ")
}
