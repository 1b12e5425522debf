package provider

import (
	"errors"
	"regexp"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// usernamePatterns are patterns of usernames. In a pattern, an asterisk stands for any text, also for none. Case is ignored.
type usernamePatterns []*regexp.Regexp

// newUsernamePatterns compiles patterns.
func newUsernamePatterns(patterns []string) usernamePatterns {
	compiled := make(usernamePatterns, len(patterns))

	for i, pattern := range patterns {
		parts := strings.Split(iriusrisk.FoldUsername(pattern), "*")
		for j, part := range parts {
			parts[j] = regexp.QuoteMeta(part)
		}

		compiled[i] = regexp.MustCompile(`(?s)^` + strings.Join(parts, ".*") + `$`)
	}

	return compiled
}

// match reports whether one of the patterns matches a username.
func (p usernamePatterns) match(username string) bool {
	folded := iriusrisk.FoldUsername(username)

	for _, pattern := range p {
		if pattern.MatchString(folded) {
			return true
		}
	}

	return false
}

// usernamePatternValidator rejects patterns that match no username by mistake.
func usernamePatternValidator() validator.String {
	return stringCheck{
		description: "value must be a username, in which * matches any text",
		summary:     "Invalid username pattern",
		check: func(value string) error {
			if value == "" {
				return errors.New("it is empty, so it matches no username")
			}

			return nil
		},
	}
}
