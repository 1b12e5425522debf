package iriusrisk

import (
	"encoding/json"
	"html"
	"net/url"
	"slices"
	"strings"
	"sync"
)

// redacted stands where a secret was.
const redacted = "(redacted)"

// redactor knows the secrets of a run and takes them out of texts that come from outside.
type redactor struct {
	mu    sync.RWMutex
	forms []string
}

// add makes a secret known, as it is and as JSON, URLs and HTML escape it.
func (r *redactor) add(secret string) {
	if secret == "" {
		return
	}

	forms := []string{secret, url.QueryEscape(secret), url.PathEscape(secret), html.EscapeString(secret)}

	if quoted, err := json.Marshal(secret); err == nil {
		forms = append(forms, strings.Trim(string(quoted), `"`))
	}

	var plain strings.Builder

	encoder := json.NewEncoder(&plain)
	encoder.SetEscapeHTML(false)

	if encoder.Encode(secret) == nil {
		forms = append(forms, strings.Trim(strings.TrimSpace(plain.String()), `"`))
	}

	r.mu.Lock()
	defer r.mu.Unlock()

	for _, form := range forms {
		if form != "" && !slices.Contains(r.forms, form) {
			r.forms = append(r.forms, form)
		}
	}

	// Longer forms go first, so that no part of one is left over by a shorter one inside it.
	slices.SortFunc(r.forms, func(a, b string) int { return len(b) - len(a) })
}

// scrub takes every secret out of a text.
func (r *redactor) scrub(text string) string {
	r.mu.RLock()
	defer r.mu.RUnlock()

	for _, form := range r.forms {
		text = strings.ReplaceAll(text, form, redacted)
	}

	return text
}

// addOptional makes a secret known if there is one.
func (r *redactor) addOptional(secret *string) {
	if secret != nil {
		r.add(*secret)
	}
}
