package provider

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// walkKinds are the resource types and arguments of roles and business units, in the order of walkUser.access.
var walkKinds = [2]struct{ resource, argument string }{
	{"iriusrisk_user_role", "role_id"},
	{"iriusrisk_user_business_unit", "business_unit_id"},
}

// walkStyle is how a configuration manages the roles, or the business units, of one user.
type walkStyle int

const (
	walkUnmanaged walkStyle = iota
	walkInline
	walkSingle
	walkExclusive
)

// walkAccess is what a configuration declares of the roles, or the business units, of one user.
type walkAccess struct {
	style walkStyle
	ids   []string

	// names are the names of the ids if the configuration declares names.
	names []string

	// label is the label of the blocks beside the user's own.
	label string
}

// declared are the values that the configuration declares: names or ids.
func (a walkAccess) declared() []string {
	if a.names != nil {
		return a.names
	}

	return a.ids
}

// argument is the name of the argument for declared values.
func (a walkAccess) argument(ids string) string {
	if a.names != nil {
		return strings.Replace(ids, "_id", "_name", 1)
	}

	return ids
}

// walkToken is an iriusrisk_user_api_token block.
type walkToken struct {
	label    string
	rotation int
}

// walkUser is a user with all blocks about them.
type walkUser struct {
	// label is that of the iriusrisk_user block. With a key, the user is one of those of the block "team", which has a
	// for_each. Without both, the user is not declared, and the other blocks name them literally.
	label, key string

	username, email, firstName, lastName string
	enabled, passwordExpired             *bool

	// password is "" for none; literal tells whether it stands in the block itself or in a variable.
	password string
	literal  bool

	adopt  bool
	policy string

	// revoke is the value of revoke_on_disable, nil if it is not set. The token is not revoked while a block manages it.
	revoke []string

	ignore []string

	access [2]walkAccess
	token  *walkToken
}

// declared reports whether the user has an iriusrisk_user block.
func (u *walkUser) declared() bool { return u.label != "" || u.key != "" }

// address is that of the user's own object.
func (u *walkUser) address() string {
	if u.key != "" {
		return fmt.Sprintf("iriusrisk_user.team[%q]", u.key)
	}

	return "iriusrisk_user." + u.label
}

// reference is how other blocks name the user.
func (u *walkUser) reference() string {
	if !u.declared() {
		return fmt.Sprintf("%q", u.username)
	}

	return u.address() + ".username"
}

// ignores reports whether changes of an attribute are ignored.
func (u *walkUser) ignores(attribute string) bool { return slices.Contains(u.ignore, attribute) }

// revocations are what disabling the user revokes.
func (u *walkUser) revocations() []string {
	switch {
	case u.revoke == nil:
		return setStrings(defaultRevocations)
	case u.token != nil:
		return walkWithout(u.revoke, revokeAPIToken)
	default:
		return u.revoke
	}
}

func (u walkUser) clone() walkUser {
	u.ignore = slices.Clone(u.ignore)
	for i := range u.access {
		u.access[i].ids = slices.Clone(u.access[i].ids)
	}

	if u.token != nil {
		token := *u.token
		u.token = &token
	}

	return u
}

// walkConfig is a whole configuration.
type walkConfig struct {
	users   []walkUser
	objects []walkObject

	// everyone is the set of all users, nil if there is none; members are the sets of members of business units.
	everyone *walkEveryone
	members  []walkMembers

	// moved are the addresses of users whose blocks were renamed with a moved block, from and to.
	moved [][2]string

	// settings are the arguments of the provider block, save for the limit.
	settings string
	limit    *walkLimit
}

func (c *walkConfig) clone() walkConfig {
	cloned := walkConfig{settings: c.settings, moved: slices.Clone(c.moved), objects: slices.Clone(c.objects), everyone: c.everyone.clone(), members: slices.Clone(c.members), limit: c.limit}
	for _, u := range c.users {
		cloned.users = append(cloned.users, u.clone())
	}

	return cloned
}

// isEmpty reports whether the configuration manages nothing.
func (c *walkConfig) isEmpty() bool {
	return len(c.objects)+len(c.members) == 0 && c.everyone == nil && !slices.ContainsFunc(c.users, func(u walkUser) bool {
		return u.declared() || u.token != nil || u.access[0].style != walkUnmanaged || u.access[1].style != walkUnmanaged
	})
}

// hcl writes the configuration.
func (c *walkConfig) hcl() string {
	var out strings.Builder

	fmt.Fprintf(&out, "%s\nprovider \"iriusrisk\" {\n%s%s}\n", requirement, c.settings, c.limit.argument())

	for _, move := range c.moved {
		fmt.Fprintf(&out, "\nmoved {\n  from = %s\n  to   = %s\n}\n", move[0], move[1])
	}

	var team strings.Builder

	for i := range c.users {
		u := &c.users[i]

		switch {
		case u.key != "":
			fmt.Fprintf(&team, "    %s = { %s }\n", u.key, strings.Join(u.arguments(true), ", "))
		case u.declared():
			u.writeBlock(&out)
		}

		for kind := range walkKinds {
			u.writeAccess(&out, kind)
		}

		if u.token != nil {
			fmt.Fprintf(&out, "\nresource \"iriusrisk_user_api_token\" %q {\n  username            = %s\n  rotate_when_changed = { n = %d }\n}\n", u.token.label, u.reference(), u.token.rotation)
		}
	}

	for i := range c.objects {
		c.objects[i].write(&out)
	}

	c.writeExclusive(&out)

	if team.Len() > 0 {
		fmt.Fprintf(&out, "\nresource \"iriusrisk_user\" \"team\" {\n  for_each = {\n%s  }\n\n", team.String())

		for _, name := range walkArguments {
			fmt.Fprintf(&out, "  %s = each.value.%s\n", name, name)
		}

		out.WriteString("}\n")
	}

	return out.String()
}

// walkArguments are the arguments of a user that a walk sets, save for the password.
var walkArguments = []string{
	"username", "email", "first_name", "last_name", "enabled", "password_expired", "adopt_existing", "deletion_policy", "revoke_on_disable", "role_ids", "role_names", "business_unit_ids", "business_unit_names",
}

// arguments writes the arguments of the user, those that are not set as null or not at all.
func (u *walkUser) arguments(all bool) []string {
	values := []string{
		fmt.Sprintf("%q", u.username), fmt.Sprintf("%q", u.email), fmt.Sprintf("%q", u.firstName), fmt.Sprintf("%q", u.lastName),
		walkBool(u.enabled), walkBool(u.passwordExpired), strconv.FormatBool(u.adopt), fmt.Sprintf("%q", u.policy), "null", "null", "null", "null", "null",
	}

	if u.revoke != nil {
		values[len(values)-5] = walkList(u.revocations())
	}

	for kind, access := range u.access {
		if access.style == walkInline {
			at := len(values) - 4 + 2*kind
			if access.names != nil {
				at++
			}

			values[at] = walkList(access.declared())
		}
	}

	var arguments []string

	for i, name := range walkArguments {
		if all || values[i] != "null" {
			arguments = append(arguments, name+" = "+values[i])
		}
	}

	return arguments
}

func walkBool(value *bool) string {
	if value == nil {
		return "null"
	}

	return strconv.FormatBool(*value)
}

func walkList(ids []string) string {
	quoted := make([]string, len(ids))
	for i, id := range ids {
		quoted[i] = fmt.Sprintf("%q", id)
	}

	return "[" + strings.Join(quoted, ", ") + "]"
}

// writeBlock writes an iriusrisk_user block.
func (u *walkUser) writeBlock(out *strings.Builder) {
	arguments := u.arguments(false)

	if u.password != "" && u.literal {
		arguments = append(arguments, fmt.Sprintf("password = %q", u.password))
	} else if u.password != "" {
		fmt.Fprintf(out, "\nvariable \"password_%s\" {\n  type      = string\n  sensitive = true\n  default   = %q\n}\n", u.label, u.password)

		arguments = append(arguments, "password = var.password_"+u.label)
	}

	if len(u.ignore) > 0 {
		arguments = append(arguments, fmt.Sprintf("\n  lifecycle {\n    ignore_changes = [%s]\n  }", strings.NewReplacer("role_ids", "role_ids, role_names", "unit_ids", "unit_ids, business_unit_names").Replace(strings.Join(u.ignore, ", "))))
	}

	fmt.Fprintf(out, "\nresource \"iriusrisk_user\" %q {\n  %s\n}\n", u.label, strings.Join(arguments, "\n  "))
}

// writeAccess writes the blocks beside the user's own that manage their roles or their business units.
func (u *walkUser) writeAccess(out *strings.Builder, kind int) {
	access, k := u.access[kind], walkKinds[kind]

	switch access.style {
	case walkSingle:
		fmt.Fprintf(out, "\nresource %q %q {\n  for_each = toset(%s)\n  username = %s\n  %s = each.value\n}\n", k.resource, access.label, walkList(access.declared()), u.reference(), access.argument(k.argument))
	case walkExclusive:
		fmt.Fprintf(out, "\nresource \"%ss_exclusive\" %q {\n  username = %s\n  %ss = %s\n}\n", k.resource, access.label, u.reference(), access.argument(k.argument), walkList(access.declared()))
	case walkUnmanaged, walkInline:
	}
}
