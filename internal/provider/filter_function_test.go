package provider

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// object is an object value, whose attributes have the types of their values.
func object(attributes values) tftypes.Value {
	kinds := make(map[string]tftypes.Type)
	for name, value := range attributes {
		kinds[name] = value.Type()
	}

	return tftypes.NewValue(tftypes.Object{AttributeTypes: kinds}, map[string]tftypes.Value(attributes))
}

// tuple is a list value in the form that a configuration writes.
func tuple(elements ...tftypes.Value) tftypes.Value {
	kinds := make([]tftypes.Type, len(elements))
	for i, element := range elements {
		kinds[i] = element.Type()
	}

	return tftypes.NewValue(tftypes.Tuple{ElementTypes: kinds}, elements)
}

// compared is a condition with one value.
func compared(property, operator string, value tftypes.Value) tftypes.Value {
	return object(values{"property": text(property), "operator": text(operator), "value": value})
}

// null is a string without a value.
func null() tftypes.Value { return tftypes.NewValue(tftypes.String, nil) }

// Conditions become the filter that the API documents.
func TestFilterFunction_builds(t *testing.T) {
	t.Parallel()

	var (
		p       = newUnconfigured(t)
		enabled = compared("enabled", "=", boolean(true))
		example = compared("email", "~", text("@example.com"))
		other   = compared("lastName", "<>", text(""))
	)

	for name, filter := range map[string]struct {
		conditions []tftypes.Value
		want       string
	}{
		"one condition":       {[]tftypes.Value{example}, `'email'~'@example.com'`},
		"a boolean":           {[]tftypes.Value{enabled}, `'enabled'='true'`},
		"a number":            {[]tftypes.Value{compared("count", ">=", number(1000000))}, `'count'>='1000000'`},
		"all operators":       {[]tftypes.Value{compared("a", "=", text("x")), compared("a", "<>", text("x")), compared("a", "<", text("x")), compared("a", ">", text("x")), compared("a", "<=", text("x")), compared("a", ">=", text("x"))}, `'a'='x':AND:'a'<>'x':AND:'a'<'x':AND:'a'>'x':AND:'a'<='x':AND:'a'>='x'`},
		"an empty value":      {[]tftypes.Value{other}, `'lastName'<>''`},
		"no value":            {[]tftypes.Value{object(values{"property": text("lastName"), "operator": text("=NULL")})}, `'lastName'=NULL`},
		"a null value":        {[]tftypes.Value{compared("lastName", "<>NULL", null())}, `'lastName'<>NULL`},
		"a list":              {[]tftypes.Value{compared("username", "IN", tuple(text("ada"), text("alan")))}, `'username'IN'ada,alan'`},
		"a set":               {[]tftypes.Value{compared("username", "IN", texts("ada"))}, `'username'IN'ada'`},
		"text of the grammar": {[]tftypes.Value{compared("lastName", "=", text(`x"y:AND:(z)`))}, `'lastName'='x"y:AND:(z)'`},
		"any":                 {[]tftypes.Value{object(values{"any": tuple(enabled, example)})}, `'enabled'='true':OR:'email'~'@example.com'`},
		"all":                 {[]tftypes.Value{object(values{"all": tuple(enabled, example)})}, `'enabled'='true':AND:'email'~'@example.com'`},
		"any of one":          {[]tftypes.Value{enabled, object(values{"any": tuple(example)})}, `'enabled'='true':AND:'email'~'@example.com'`},
		"any in all":          {[]tftypes.Value{enabled, object(values{"any": tuple(example, other)})}, `'enabled'='true':AND:('email'~'@example.com':OR:'lastName'<>'')`},
		"all in any":          {[]tftypes.Value{object(values{"any": tuple(enabled, object(values{"all": tuple(example, other)}))})}, `'enabled'='true':OR:('email'~'@example.com':AND:'lastName'<>'')`},
		"a group of a group":  {[]tftypes.Value{enabled, object(values{"all": tuple(object(values{"any": tuple(example, other)}))})}, `'enabled'='true':AND:('email'~'@example.com':OR:'lastName'<>'')`},
		"null attributes":     {[]tftypes.Value{object(values{"property": text("username"), "operator": text("="), "value": text("ada"), "any": null(), "all": null()})}, `'username'='ada'`},
	} {
		got, problem := p.call("filter", filter.conditions...)
		if problem != nil {
			t.Errorf("%s: %s", name, problem.Text)
		} else if plainText(got) != filter.want {
			t.Errorf("%s: the filter is %s, want %s", name, plainText(got), filter.want)
		}
	}
}

// A filter is unknown as long as a part of it is. What is known is checked nevertheless.
func TestFilterFunction_unknownParts(t *testing.T) {
	t.Parallel()

	p := newUnconfigured(t)

	for name, conditions := range map[string][]tftypes.Value{
		"a value":          {compared("email", "~", unknownText()), compared("enabled", "=", boolean(true))},
		"a value in a set": {compared("email", "IN", unknownTexts())},
		"a nested value":   {object(values{"any": tuple(compared("email", "~", unknownText()))})},
	} {
		if got, problem := p.call("filter", conditions...); problem != nil || got.IsKnown() {
			t.Errorf("%s: the filter is %s, with the error %v", name, got, problem)
		}
	}

	if _, problem := p.call("filter", compared("email", "~", unknownText()), compared("enabled", "==", boolean(true))); problem == nil {
		t.Error("a wrong operator beside an unknown value is no error")
	}
}

// A condition that cannot be written in a filter is an error that names its place, and not the value, which may be sensitive.
func TestFilterFunction_refuses(t *testing.T) {
	t.Parallel()

	var (
		p    = newUnconfigured(t)
		good = compared("enabled", "=", boolean(true))
	)

	for problem, conditions := range map[string][]tftypes.Value{
		"A filter needs at least one condition. To list all objects, omit the argument filter.":            nil,
		`conditions[0] must be an object such as { property = "email"`:                                     {text("SECRET")},
		`conditions[1] must be an object such as`:                                                          {good, null()},
		`conditions[0] has the unknown attribute "field"`:                                                  {object(values{"field": text("SECRET")})},
		"conditions[0] has any and other attributes":                                                       {object(values{"any": tuple(good), "value": text("SECRET")})},
		"conditions[0].any must be a list of at least one condition":                                       {object(values{"any": tuple()})},
		"conditions[0].all must be a list of at least one condition":                                       {object(values{"all": text("SECRET")})},
		"conditions[1].any[1].property is missing":                                                         {good, object(values{"any": tuple(good, object(values{"operator": text("="), "value": text("SECRET")}))})},
		"conditions[0].property must not be empty":                                                         {compared("", "=", text("SECRET"))},
		"conditions[0].property contains a single quote":                                                   {compared("a'b", "=", text("SECRET"))},
		"conditions[0].operator is missing":                                                                {object(values{"property": text("email"), "value": text("SECRET")})},
		`conditions[0] has the unknown operator "in". The operators are =, <>, <, >, <=, >=, ~, IN, =NULL`: {compared("email", "in", text("SECRET"))},
		"conditions[0] has no value. To select objects without a value of the property, use the":           {compared("email", "=", null())},
		"conditions[0] has a value, but the operator =NULL compares with none":                             {compared("email", "=NULL", text("SECRET"))},
		"conditions[0].value must be a string, a number or a boolean":                                      {compared("email", "=", tuple(text("SECRET")))},
		"conditions[0].value must be a list of at least one value, because the operator is IN":             {compared("email", "IN", text("SECRET"))},
		"conditions[1].value must be a list of at least one value":                                         {good, compared("email", "IN", tuple())},
		"conditions[0].value[1] contains a comma":                                                          {compared("email", "IN", tuple(text("a"), text("SECRET,")))},
		"conditions[0].value contains a comma":                                                             {compared("email", "IN", texts("SECRET,"))},
		"conditions[0].value[1] is missing":                                                                {compared("email", "IN", tuple(text("a"), null()))},
		"conditions[0].value contains a single quote. IriusRisk does not document how to escape one":       {compared("lastName", "=", text("SECRET'x"))},
		"conditions[0].any[0].value[0] contains a single quote":                                            {object(values{"any": tuple(compared("lastName", "IN", tuple(text("SECRET'x"))))})},
	} {
		got, failure := p.call("filter", conditions...)

		switch {
		case failure == nil:
			t.Errorf("%q: the filter is %s", problem, got)
		case !strings.Contains(failure.Text, problem):
			t.Errorf("the error is %q, without %q", failure.Text, problem)
		case strings.Contains(failure.Text, "SECRET"):
			t.Errorf("the error repeats the value: %q", failure.Text)
		}
	}
}

// The API accepts the filters of the function, and selects what the conditions say.
func TestFilterFunction_selects(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	for _, name := range []string{"ada", "alan", "grace"} {
		server.AddUser(simulator.User{Username: name, Email: name + "@example.com", Enabled: name != "alan", LastName: `O"Neil (:OR:)`})
	}

	p := newConfigured(t, server)
	enabled := compared("enabled", "=", boolean(true))

	for want, conditions := range map[string][]tftypes.Value{
		"ada,alan":  {compared("username", "IN", tuple(text("ada"), text("alan")))},
		"ada":       {enabled, object(values{"any": tuple(compared("username", "=", text("ada")), compared("username", "=", text("alan")))})},
		"ada,grace": {object(values{"any": tuple(compared("username", "=", text("ada")), object(values{"all": tuple(enabled, compared("username", ">", text("b")), compared("email", "~", text("@EXAMPLE")))}))})},
		"alan":      {compared("lastName", "=", text(`O"Neil (:OR:)`)), compared("enabled", "=", text("false")), object(values{"property": text("email"), "operator": text("<>NULL")})},
	} {
		filter, problem := p.call("filter", conditions...)
		if problem != nil {
			t.Fatal(problem.Text)
		}

		diagnostics, state := p.data("iriusrisk_users", values{"filter": filter})
		p.requireNoErrors(diagnostics)

		var (
			users     []tftypes.Value
			usernames []string
		)

		p.noError(state["users"].As(&users))

		for _, user := range users {
			var attributes values

			p.noError(user.As((*map[string]tftypes.Value)(&attributes)))

			usernames = append(usernames, plainText(attributes["username"]))
		}

		if got := strings.Join(usernames, ","); got != want {
			t.Errorf("%s selects %s, not %s", plainText(filter), got, want)
		}
	}
}

// Both functions work in the CLI: without a configured provider, with a list of conditions, and with a value that is known after
// the apply.
func TestFunctions_inTheCLI(t *testing.T) {
	t.Parallel()
	needs(t, providerFunctions)

	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: factories(),
		Steps: []resource.TestStep{{
			Config: `
terraform {
  required_providers {
    iriusrisk = { source = "hashicorp/iriusrisk" }
  }
}

variable "conditions" {
  type = list(object({ property = string, operator = string, value = optional(string) }))

  default = [{ property = "enabled", operator = "=", value = "true" }, { property = "lastName", operator = "<>NULL" }]
}

resource "terraform_data" "prefix" {
  input = "svc-"
}

output "from_variable" {
  value = provider::iriusrisk::filter(var.conditions...)
}

output "known_after_apply" {
  value = provider::iriusrisk::filter({ any = [
    { property = "username", operator = "~", value = terraform_data.prefix.output },
    { property = "count", operator = "IN", value = [1, true, "x"] },
  ] })
}

output "people" {
  value = jsonencode(provider::iriusrisk::people_from_csv("username,email,first_name,last_name\nada,ada@example.com,Ada,Lovelace\n${terraform_data.prefix.output}1,svc@example.com,,\n"))
}
`,
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownOutputValue("from_variable", knownvalue.StringExact(`'enabled'='true':AND:'lastName'<>NULL`)),
				statecheck.ExpectKnownOutputValue("known_after_apply", knownvalue.StringExact(`'username'~'svc-':OR:'count'IN'1,true,x'`)),
				statecheck.ExpectKnownOutputValue("people", knownvalue.StringExact(`{"ada":{"business_units":[],"email":"ada@example.com","enabled":true,"first_name":"Ada","last_name":"Lovelace","roles":[],"valid_until":""},`+
					`"svc-1":{"business_units":[],"email":"svc@example.com","enabled":true,"first_name":"","last_name":"","roles":[],"valid_until":""}}`)),
			},
		}},
	})
}

// The example of the function applies unchanged, and its filters select users.
func TestExamples_filter(t *testing.T) {
	t.Parallel()
	needs(t, providerFunctions)

	server := startServer(t, simulator.Options{})
	workspace := exampleWorkspace(t, server, exampleFolder("functions", "filter"))
	applyAll(t, workspace)

	if got, want := run(t, workspace, "output", "-raw", "filter"), `'enabled'='true':AND:('email'~'@example.com':OR:'email'~'@example.org')`; got != want {
		t.Errorf("the filter is %s, want %s", got, want)
	}
}
