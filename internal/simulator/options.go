// Package simulator is an in-memory IriusRisk: its REST API v2 over real HTTP on loopback, strict about what the API
// documents, with options for what it leaves open, faults to inject, and a journal of requests. Tests, the demo and the
// benchmark run against it; the provider never imports it. Its wire structs are its own, so that a wrong JSON tag in the
// client fails a test.
package simulator

import (
	"fmt"
	"io"
	"net/http"
	"time"
)

// HintPart is the part of an API token that the server shows.
type HintPart int

// The parts of a token that a hint can be: four characters of its tail or of its head.
const (
	HintTail HintPart = iota
	HintHead
)

// NoTokenShape is what stands in place of the apiToken of a user who has none.
type NoTokenShape int

// The shapes of a missing token: no field, null, or an object without hint.
const (
	NoTokenAbsent NoTokenShape = iota
	NoTokenNull
	NoTokenEmpty
)

// Options are what servers may differ in. The zero value is the plainest server.
type Options struct {
	// Addr is the address to listen on, 127.0.0.1 with a free port by default. Anything but loopback is refused.
	Addr string

	// PageCap is the largest page the server gives, in items; 0 is 1000. A page has 20 when no size is asked for.
	PageCap int

	// OmitEmptyEmbedded leaves _embedded out of empty pages.
	OmitEmptyEmbedded bool

	// WriteStatus is the status of successful writes, 200, 201 or 204; 0 is 200. With 204 no write answers with a
	// body, save for a generated token, which comes with 200.
	WriteStatus int

	// EmptyWriteBodies makes creations and updates answer without a body.
	EmptyWriteBodies bool

	// TokenField is the field of a generated token, "apiToken" by default.
	TokenField string

	// HintFrom is the part of a token that its hint shows.
	HintFrom HintPart

	// NoToken is what stands in place of the apiToken of a user who has none.
	NoToken NoTokenShape

	// ExtraFields adds fields that no client knows to every answer, problems included, and to every object in it.
	ExtraFields bool

	// Latency delays every answer; a client that goes away ends it.
	Latency time.Duration

	// FoldUsernames finds users by their username in any case; the answer has it as it is stored.
	FoldUsernames bool

	// DuplicateStatus is the answer to a username or an e-mail address that is taken or invited, 400 by default.
	DuplicateStatus int

	// DuplicateMembership is the answer to a role or a business unit that the user has already; 0 is WriteStatus.
	DuplicateMembership int

	// MissingMembership is the answer to taking a role or a business unit that the user has not, 404 by default.
	MissingMembership int

	// DeleteHeldRole is the answer to deleting a role that users have; 0 deletes it, and removes it from them. Which of the
	// two servers do is not known.
	DeleteHeldRole int

	// FailOverlappingWrites refuses, with 409, a write to a user while another write to the same user is under way.
	FailOverlappingWrites bool

	// LenientProfiles accepts users with empty names or e-mail addresses, e-mail addresses that are none, and usernames
	// that are reserved or begin or end with white space. That the server refuses them is inferred.
	LenientProfiles bool

	// HideForeignUnits leaves the business units that the caller does not see out of a user's list.
	HideForeignUnits bool

	// RequireAPIAccess refuses, with 403, every request of a caller without API_ACCESS. The documentation asks for it to
	// generate and to delete tokens only, which is what servers without this option do.
	RequireAPIAccess bool

	// KeepDisabledTokens accepts the API token of a disabled user. Whether servers do is not known.
	KeepDisabledTokens bool

	// RepeatInvitations sends an invitation again to an address that was invited and has not accepted; otherwise the
	// answer is DuplicateStatus. Which of the two servers do is not known.
	RepeatInvitations bool

	// AllowSelfDelete lets callers delete themselves, which is otherwise refused with 403. Which of the two servers do is
	// not known.
	AllowSelfDelete bool

	// LagReads and LagWrites are how many reads and writes of a user answer 404 after the user was created, as if the
	// creation had not reached every replica. Lists show the user at once.
	LagReads, LagWrites int

	// TrimProfiles removes white space around the names and the e-mail address of a user who is created or updated.
	TrimProfiles bool

	// IgnoreUpdates keeps every user as they are and answers an update with success and the profile as it was.
	IgnoreUpdates bool

	// IgnorePasswordExpired creates users whose password has not expired, whatever the request says.
	IgnorePasswordExpired bool

	// LateHints shows the hint of a new API token from the second read of the user on; the first one, and every list
	// before it, shows what was there before.
	LateHints bool

	// LoginType is "standard" by default; with "saml" or "ldap" invitations are refused.
	LoginType string

	// Log receives a line for each request: method, path with query, status and caller. It holds no secrets.
	Log io.Writer
}

// check refuses what no server does, so that a misspelt option fails a test at its start.
func (o *Options) check() error {
	switch {
	case o.WriteStatus != http.StatusOK && o.WriteStatus != http.StatusCreated && o.WriteStatus != http.StatusNoContent:
		return fmt.Errorf("the write status %d is none of 200, 201 and 204", o.WriteStatus)
	case o.PageCap < 1:
		return fmt.Errorf("the page cap %d is less than 1", o.PageCap)
	case o.LagReads < 0 || o.LagWrites < 0:
		return fmt.Errorf("the lag of %d reads and %d writes is less than 0", o.LagReads, o.LagWrites)
	case o.Latency < 0:
		return fmt.Errorf("the latency %s is less than 0", o.Latency)
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

	if o.WriteStatus == 0 {
		o.WriteStatus = 200
	}

	if o.TokenField == "" {
		o.TokenField = "apiToken"
	}

	if o.DuplicateStatus == 0 {
		o.DuplicateStatus = 400
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
