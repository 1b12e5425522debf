// Package simulator is an in-memory IriusRisk: its REST API v2 over HTTP on a loopback address. It is strict where the
// API is documented, has options where it is not, and offers faults and a journal of requests. Tests, the demo and the
// benchmark use it; the provider never imports it. It defines its own wire structs, so that a wrong JSON tag in the
// client fails a test.
package simulator

import (
	"fmt"
	"io"
	"net/http"
	"time"
)

// HintPart is the part of an API token that its hint shows.
type HintPart int

// A hint shows the last or the first four characters of a token.
const (
	HintTail HintPart = iota
	HintHead
)

// NoTokenShape is the value of the apiToken field of a user without a token.
type NoTokenShape int

// The apiToken field is absent, null, or an object without a hint.
const (
	NoTokenAbsent NoTokenShape = iota
	NoTokenNull
	NoTokenEmpty
)

// Options configure what differs between instances or is not documented. The zero value is the simplest server.
type Options struct {
	// Addr is the address to listen on, 127.0.0.1 with a free port by default. Only loopback addresses are accepted.
	Addr string

	// PageCap is the maximum page size, 1000 by default. The page size is 20 if a request has none.
	PageCap int

	// AuditPageCap is the maximum page size of the audit log, 2000 by default.
	AuditPageCap int

	// AuditRetention is how long the audit log keeps events, 365 days by default.
	AuditRetention time.Duration

	// AuditTimeFormat is the format of timestamps in the audit log, in UTC; by default they have milliseconds.
	AuditTimeFormat string

	// Now returns the time of events and of the retention, time.Now by default.
	Now func() time.Time

	// OmitEmptyEmbedded omits _embedded from empty pages.
	OmitEmptyEmbedded bool

	// WriteStatus is the status of successful writes: 200 (the default), 201 or 204. With 204, writes return no body,
	// except for a generated token, which is returned with 200.
	WriteStatus int

	// EmptyWriteBodies makes creations and updates return no body.
	EmptyWriteBodies bool

	// TokenField is the response field of a generated token, "apiToken" by default.
	TokenField string

	// HintFrom is the part of a token that its hint shows.
	HintFrom HintPart

	// NoToken is the value of the apiToken field of a user without a token.
	NoToken NoTokenShape

	// ExtraFields adds unknown fields to every object of every response, including problems.
	ExtraFields bool

	// Latency delays every response, unless the client disconnects.
	Latency time.Duration

	// FoldUsernames makes lookups by username ignore case. The response contains the username as stored.
	FoldUsernames bool

	// DuplicateStatus is the status for a username or e-mail address that is already used or invited, 400 by default.
	DuplicateStatus int

	// DuplicateMembership is the status for adding a role or business unit that is already assigned, WriteStatus by
	// default.
	DuplicateMembership int

	// MissingMembership is the status for removing a role or business unit that is not assigned, 404 by default.
	MissingMembership int

	// DeleteHeldRole is the status for deleting a role that users have. With 0 the role is deleted and unassigned from
	// them. The actual behavior is unknown.
	DeleteHeldRole int

	// DeleteHeldUnit is the status for deleting a business unit that has members. With 0 the unit is deleted and its members
	// are removed from it. The actual behavior is unknown.
	DeleteHeldUnit int

	// DuplicateRoleName is the status for a role name that is already used, 409 by default. With a status below 400 the name
	// is accepted. The actual behavior is unknown.
	DuplicateRoleName int

	// DuplicateReferenceID is the status for a reference ID that another business unit has, 409 by default.
	DuplicateReferenceID int

	// MissingPermission is the status for unassigning a permission that the role does not have. Below 400, as by default, the
	// request succeeds and the other permissions are unassigned. The actual behavior is unknown.
	MissingPermission int

	// OmitRoleDescriptions omits the descriptions of roles from responses.
	OmitRoleDescriptions bool

	// PermissionNamesAsIDs uses the names of permissions as their IDs. By default the IDs are UUIDs that differ between
	// servers with different addresses.
	PermissionNamesAsIDs bool

	// FailOverlappingWrites returns 409 for a write to a user while another write to the same user is in progress.
	FailOverlappingWrites bool

	// LenientProfiles accepts empty names and e-mail addresses, invalid e-mail addresses, and usernames that are
	// reserved or begin or end with white space. That the server rejects them is inferred.
	LenientProfiles bool

	// HideForeignUnits omits business units that the caller does not see from the list of a user's business units.
	HideForeignUnits bool

	// RequireAPIAccess returns 403 for every request of a caller without API_ACCESS. By default, only generating and
	// deleting tokens requires it, as documented.
	RequireAPIAccess bool

	// KeepDisabledTokens accepts the API token of a disabled user. The actual behavior is unknown.
	KeepDisabledTokens bool

	// RepeatInvitations accepts another invitation for an address with a pending one; otherwise the status is
	// DuplicateStatus. The actual behavior is unknown.
	RepeatInvitations bool

	// AllowSelfDelete lets callers delete their own user, which otherwise returns 403. The actual behavior is unknown.
	AllowSelfDelete bool

	// LagReads and LagWrites are how many reads and writes of a new user return 404, as if the creation had not reached
	// every replica. Lists contain the user immediately.
	LagReads, LagWrites int

	// TrimProfiles trims white space around the names and e-mail addresses of created and updated users.
	TrimProfiles bool

	// IgnoreUpdates makes updates succeed without effect and return the unchanged profile.
	IgnoreUpdates bool

	// IgnorePasswordExpired ignores passwordExpired in the creation of a user.
	IgnorePasswordExpired bool

	// LateHints shows the hint of a new API token only from the second read of the user on. The first read, and lists
	// before it, show the previous hint.
	LateHints bool

	// LoginType is "standard" by default. With "saml" or "ldap", invitations are rejected.
	LoginType string

	// Log receives one line per request: method, path with query, status and caller. It contains no secrets.
	Log io.Writer
}

// check rejects values that no server has, so that a mistyped option fails at once.
func (o *Options) check() error {
	switch {
	case o.WriteStatus != http.StatusOK && o.WriteStatus != http.StatusCreated && o.WriteStatus != http.StatusNoContent:
		return fmt.Errorf("the write status %d is not 200, 201 or 204", o.WriteStatus)
	case min(o.PageCap, o.AuditPageCap) < 1:
		return fmt.Errorf("the maximum page size %d is less than 1", min(o.PageCap, o.AuditPageCap))
	case o.AuditRetention < 0:
		return fmt.Errorf("the retention %s is negative", o.AuditRetention)
	case o.LagReads < 0 || o.LagWrites < 0:
		return fmt.Errorf("the lag of %d reads and %d writes is negative", o.LagReads, o.LagWrites)
	case o.Latency < 0:
		return fmt.Errorf("the latency %s is negative", o.Latency)
	default:
		return nil
	}
}

func (o *Options) applyDefaults() {
	if o.Addr == "" {
		o.Addr = "127.0.0.1:0"
	}

	if o.PageCap == 0 {
		o.PageCap = 1000
	}

	if o.AuditPageCap == 0 {
		o.AuditPageCap = auditPageCap
	}

	if o.AuditRetention == 0 {
		o.AuditRetention = auditRetention
	}

	if o.AuditTimeFormat == "" {
		o.AuditTimeFormat = auditTime
	}

	if o.Now == nil {
		o.Now = time.Now
	}

	if o.WriteStatus == 0 {
		o.WriteStatus = 200
	}

	if o.TokenField == "" {
		o.TokenField = "apiToken"
	}

	if o.DuplicateStatus == 0 {
		o.DuplicateStatus = 400
	}

	if o.DuplicateRoleName == 0 {
		o.DuplicateRoleName = 409
	}

	if o.DuplicateReferenceID == 0 {
		o.DuplicateReferenceID = 409
	}

	if o.DuplicateMembership == 0 {
		o.DuplicateMembership = o.WriteStatus
	}

	if o.MissingMembership == 0 {
		o.MissingMembership = 404
	}

	if o.LoginType == "" {
		o.LoginType = "standard"
	}
}
