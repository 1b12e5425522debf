package provider

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

var _ function.Function = (*peopleFromCSVFunction)(nil)

// peopleFromCSVFunction reads users from CSV. It accepts the same files as the module people, and its result is the input
// people of that module.
type peopleFromCSVFunction struct{}

// NewPeopleFromCSVFunction returns the function people_from_csv.
func NewPeopleFromCSVFunction() function.Function {
	return &peopleFromCSVFunction{}
}

func (f *peopleFromCSVFunction) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "people_from_csv"
}

// personType is the type of an element of the result. Its attributes are those of the input people of the module people.
var personType = types.ObjectType{AttrTypes: map[string]attr.Type{
	"email":          types.StringType,
	"first_name":     types.StringType,
	"last_name":      types.StringType,
	"enabled":        types.BoolType,
	"valid_until":    types.StringType,
	"roles":          types.SetType{ElemType: types.StringType},
	"business_units": types.SetType{ElemType: types.StringType},
}}

func (f *peopleFromCSVFunction) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Reads users from CSV",
		MarkdownDescription: "Reads users from CSV, and returns a map of objects by username. " +
			"A mistake is an error that names the line and the column, and prints no value of the file.",
		Parameters: []function.Parameter{function.StringParameter{
			Name:                "text",
			MarkdownDescription: "The content of the file, such as `file(\"people.csv\")`.",
		}},
		Return: function.MapReturn{ElementType: personType},
	}
}

// maxCSVProblems is how many problems an error lists.
const maxCSVProblems = 20

func (f *peopleFromCSVFunction) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var text types.String
	if resp.Error = req.Arguments.GetArgument(ctx, 0, &text); resp.Error != nil {
		return
	}

	if text.IsUnknown() {
		resp.Error = resp.Result.Set(ctx, types.MapUnknown(personType))

		return
	}

	people, problems := parsePeople(text.ValueString())

	if len(problems) > 0 {
		shown := problems[:min(len(problems), maxCSVProblems)]
		message := fmt.Sprintf("The text has %d problems:\n  %s", len(problems), strings.Join(shown, "\n  "))

		if more := len(problems) - len(shown); more > 0 {
			message += fmt.Sprintf("\n  and %d more", more)
		}

		resp.Error = function.NewArgumentFuncError(0, message)

		return
	}

	resp.Error = resp.Result.Set(ctx, people)
}
