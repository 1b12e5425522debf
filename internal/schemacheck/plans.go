package main

import (
	"context"
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// planner plans a resource. Its provider is not configured, as in a plan in which the configuration of the provider is unknown.
type planner struct {
	server   tfprotov6.ProviderServer
	typeName string
	block    *tfprotov6.Schema
}

// addPlans adds what only plans show to the attributes of a resource: their defaults, and whether a change of them forces a
// replacement.
func (s schema) addPlans(ctx context.Context, p planner) error {
	defaults, err := p.defaults(ctx)
	if err != nil {
		return err
	}

	for _, attribute := range p.block.Block.Attributes {
		path := "resource " + p.typeName + "." + attribute.Name
		facts := s[path]

		if facts.Required || facts.Optional {
			facts.Default = defaults[attribute.Name]

			if facts.Replaces, err = p.replaces(ctx, attribute.Name); err != nil {
				return err
			}
		}

		s[path] = facts
	}

	return nil
}

// defaults returns the values that the plan of a creation has for attributes that are not configured.
func (p planner) defaults(ctx context.Context) (map[string]string, error) {
	objectType := p.block.ValueType()
	config := p.values(func(attribute *tfprotov6.SchemaAttribute) tftypes.Value {
		return sample(attribute.ValueType(), attribute.Required, "a")
	})

	created, err := p.plan(ctx, tftypes.NewValue(objectType, nil), config, config)
	if err != nil {
		return nil, err
	}

	planned, err := created.PlannedState.Unmarshal(objectType)
	if err != nil {
		return nil, err
	}

	var values map[string]tftypes.Value
	if err := planned.As(&values); err != nil {
		return nil, err
	}

	defaults := make(map[string]string)

	for _, attribute := range p.block.Block.Attributes {
		if value := values[attribute.Name]; !attribute.Required && !value.IsNull() && value.IsFullyKnown() {
			defaults[attribute.Name] = valueText(value)
		}
	}

	return defaults, nil
}

// replaces reports whether a change of one attribute forces a replacement.
func (p planner) replaces(ctx context.Context, name string) (bool, error) {
	prior := p.values(func(attribute *tfprotov6.SchemaAttribute) tftypes.Value {
		return sample(attribute.ValueType(), !attribute.WriteOnly, "a")
	})
	changed := func(unchanged func(*tfprotov6.SchemaAttribute) bool) tftypes.Value {
		return p.values(func(attribute *tfprotov6.SchemaAttribute) tftypes.Value {
			if attribute.Name == name {
				return sample(attribute.ValueType(), true, "b")
			}

			return sample(attribute.ValueType(), unchanged(attribute), "a")
		})
	}

	updated, err := p.plan(ctx, prior,
		changed(func(attribute *tfprotov6.SchemaAttribute) bool { return attribute.Required }),
		changed(func(attribute *tfprotov6.SchemaAttribute) bool { return attribute.Required || attribute.Computed }))
	if err != nil {
		return false, err
	}

	return slices.ContainsFunc(updated.RequiresReplace, tftypes.NewAttributePath().WithAttributeName(name).Equal), nil
}

// plan returns the plan from a prior to a proposed state.
func (p planner) plan(ctx context.Context, prior, config, proposed tftypes.Value) (*tfprotov6.PlanResourceChangeResponse, error) {
	objectType := p.block.ValueType()
	request := &tfprotov6.PlanResourceChangeRequest{TypeName: p.typeName}

	for field, value := range map[**tfprotov6.DynamicValue]tftypes.Value{
		&request.PriorState: prior, &request.Config: config, &request.ProposedNewState: proposed,
	} {
		encoded, err := tfprotov6.NewDynamicValue(objectType, value)
		if err != nil {
			return nil, err
		}

		*field = &encoded
	}

	planned, err := p.server.PlanResourceChange(ctx, request)
	if err != nil {
		return nil, err
	}

	return planned, firstError(planned.Diagnostics)
}

// values returns an object with a value for each attribute.
func (p planner) values(value func(*tfprotov6.SchemaAttribute) tftypes.Value) tftypes.Value {
	values := make(map[string]tftypes.Value)
	for _, attribute := range p.block.Block.Attributes {
		values[attribute.Name] = value(attribute)
	}

	return tftypes.NewValue(p.block.ValueType(), values)
}

// sample returns a value of a type that differs for each seed, or null. Types that the provider does not use are null.
func sample(of tftypes.Type, set bool, seed string) tftypes.Value {
	if !set {
		return tftypes.NewValue(of, nil)
	}

	switch of := of.(type) {
	case tftypes.Set:
		return tftypes.NewValue(of, []tftypes.Value{sample(of.ElementType, true, seed)})
	case tftypes.List:
		return tftypes.NewValue(of, []tftypes.Value{sample(of.ElementType, true, seed)})
	case tftypes.Map:
		return tftypes.NewValue(of, map[string]tftypes.Value{"key": sample(of.ElementType, true, seed)})
	}

	switch {
	case of.Is(tftypes.String):
		return tftypes.NewValue(of, seed)
	case of.Is(tftypes.Number):
		return tftypes.NewValue(of, int(seed[0]))
	case of.Is(tftypes.Bool):
		return tftypes.NewValue(of, seed == "a")
	default:
		return tftypes.NewValue(of, nil)
	}
}

// valueText returns a known value in the syntax of Terraform.
func valueText(value tftypes.Value) string {
	var (
		text     string
		number   big.Float
		truth    bool
		elements []tftypes.Value
	)

	switch {
	case value.As(&text) == nil:
		return strconv.Quote(text)
	case value.As(&number) == nil:
		return number.Text('f', -1)
	case value.As(&truth) == nil:
		return strconv.FormatBool(truth)
	case value.As(&elements) == nil:
		texts := make([]string, 0, len(elements))
		for _, element := range elements {
			texts = append(texts, valueText(element))
		}

		slices.Sort(texts)

		return "[" + strings.Join(texts, ", ") + "]"
	default:
		return value.String()
	}
}

// firstError returns the first error of diagnostics.
func firstError(diagnostics []*tfprotov6.Diagnostic) error {
	for _, diagnostic := range diagnostics {
		if diagnostic.Severity == tfprotov6.DiagnosticSeverityError {
			return fmt.Errorf("%s: %s", diagnostic.Summary, diagnostic.Detail)
		}
	}

	return nil
}
