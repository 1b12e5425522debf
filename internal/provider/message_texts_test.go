package provider

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/printer"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// composedText is an expression that may compose a message.
type composedText struct{ file, expression, reason string }

var composedTexts = []composedText{
	{"diagnostics.go", `"Unable to " + attempt`, "the one form of all errors of the API"},
	{"lookup.go", `"Unable to " + attempt`, "the one form of all errors of the API"},
}

var (
	// composedWord is a value of fmt followed by the ending of a verb. The plural of a noun, as in "%ss of the user", is
	// allowed.
	composedWord = regexp.MustCompile(`%(\[\d+\])?[sqv](s (it|them|the|a|an|its|their)|es|d|ed|ing)\b`)
	// beginning is the beginning of a sentence: a capital letter, a number or a value.
	beginning = regexp.MustCompile(`^[\p{Lu}\d"%]`)
	// sentenceEnd is the end of a text to which another one may be joined.
	sentenceEnd = regexp.MustCompile(`[.:!?]\s+$|\n$`)
	// nextSentence is the beginning of a text that may be joined to another one.
	nextSentence   = regexp.MustCompile(`^(\n| ?[\p{Lu}\d"%])`)
	diagnosticCall = regexp.MustCompile(`^(Add|New)(Attribute)?(Error|Warning)(Diagnostic)?$`)
	// functionErrorCall creates the error of a function, which has no summary.
	functionErrorCall = regexp.MustCompile(`^New(Argument)?FuncError$|^invalidFilter$`)
)

// The summary and the detail of every diagnostic can be found in the source: texts are joined between sentences only, and
// no verb is composed of a value and an ending.
func TestMessages_areWholeSentences(t *testing.T) {
	t.Parallel()

	sources, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}

	messages, used := 0, make(map[composedText]bool)

	for _, source := range sources {
		if strings.HasSuffix(source, "_test.go") {
			continue
		}

		positions := token.NewFileSet()

		file, err := parser.ParseFile(positions, source, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}

		report := func(text ast.Expr, problem string) {
			var expression bytes.Buffer
			if err := printer.Fprint(&expression, positions, text); err != nil {
				t.Fatal(err)
			}

			exception := slices.IndexFunc(composedTexts, func(composed composedText) bool {
				return composed.file == source && composed.expression == expression.String()
			})
			if exception >= 0 {
				used[composedTexts[exception]] = true

				return
			}

			t.Errorf("%s: %s: %s", positions.Position(text.Pos()), problem, &expression)
		}

		ast.Inspect(file, func(node ast.Node) bool {
			switch node := node.(type) {
			case *ast.BasicLit:
				if composedWord.MatchString(node.Value) {
					report(node, "a verb that is composed of a value and an ending")
				}
			case *ast.CallExpr:
				if texts := diagnosticTexts(node); texts != nil {
					messages++

					checkText(texts[0], true, report)
					checkText(texts[1], false, report)
				}

				if text := functionErrorText(node); text != nil {
					checkText(text, false, report)
				}
			}

			return true
		})
	}

	if messages == 0 {
		t.Error("there are no diagnostics")
	}

	for _, composed := range composedTexts {
		if !used[composed] {
			t.Errorf("%s does not compose %s, remove the exception (%s)", composed.file, composed.expression, composed.reason)
		}
	}
}

// diagnosticTexts returns the summary and the detail if a call adds a diagnostic, otherwise nil.
func diagnosticTexts(call *ast.CallExpr) []ast.Expr {
	method, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || !diagnosticCall.MatchString(method.Sel.Name) || len(call.Args) < 2 {
		return nil
	}

	return call.Args[len(call.Args)-2:]
}

// functionErrorText returns the text if a call creates the error of a function, otherwise nil.
func functionErrorText(call *ast.CallExpr) ast.Expr {
	switch called := call.Fun.(type) {
	case *ast.Ident:
		if functionErrorCall.MatchString(called.Name) {
			return call.Args[0]
		}
	case *ast.SelectorExpr:
		if functionErrorCall.MatchString(called.Sel.Name) {
			return call.Args[len(call.Args)-1]
		}
	}

	return nil
}

// checkText reports what is wrong with a summary or a detail.
func checkText(text ast.Expr, isSummary bool, report func(text ast.Expr, problem string)) {
	parts := textParts(text)
	contents := make([]string, len(parts))

	for i, part := range parts {
		contents[i] = literal(part)
	}

	last := len(parts) - 1

	if first := contents[0]; first != "" && !beginning.MatchString(first) {
		report(text, "a text that does not begin with a capital letter")
	}

	if isSummary && strings.HasSuffix(contents[last], ".") {
		report(text, "a summary with a full stop")
	}

	for i := range last {
		before, after := contents[i], contents[i+1]
		ends := before == "" || sentenceEnd.MatchString(before)
		begins := after == "" || strings.HasSuffix(before, "\n") || nextSentence.MatchString(after)

		if !ends || !begins {
			report(text, "a text that is joined within a sentence")

			return
		}
	}
}

// textParts returns the parts of a text that are joined by +. Of fmt.Sprintf these are the parts of its format.
func textParts(text ast.Expr) []ast.Expr {
	switch text := text.(type) {
	case *ast.BinaryExpr:
		return append(textParts(text.X), textParts(text.Y)...)
	case *ast.CallExpr:
		if function, ok := text.Fun.(*ast.SelectorExpr); ok && function.Sel.Name == "Sprintf" {
			return textParts(text.Args[0])
		}
	}

	return []ast.Expr{text}
}

// literal returns the content of a string literal, "" for another expression.
func literal(text ast.Expr) string {
	basic, ok := text.(*ast.BasicLit)
	if !ok {
		return ""
	}

	content, err := strconv.Unquote(basic.Value)
	if err != nil {
		return ""
	}

	return content
}
