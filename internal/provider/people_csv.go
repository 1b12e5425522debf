package provider

import (
	"encoding/csv"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
)

// The columns of a file of users.
var (
	requiredPeopleColumns = []string{"username", "email", "first_name", "last_name"}
	peopleColumns         = slices.Concat(requiredPeopleColumns, []string{"enabled", "valid_until", "roles", "business_units"})
)

// csvRow is a row of a file that is not blank.
type csvRow struct {
	line   int
	values []csvValue
}

// csvValue is a value as written in the file, without the blanks around it.
type csvValue struct {
	line    int
	content string
}

// person is a user of a file, as the module people reads its input.
type person struct {
	Email         string   `tfsdk:"email"`
	FirstName     string   `tfsdk:"first_name"`
	LastName      string   `tfsdk:"last_name"`
	Enabled       bool     `tfsdk:"enabled"`
	ValidUntil    string   `tfsdk:"valid_until"`
	Roles         []string `tfsdk:"roles"`
	BusinessUnits []string `tfsdk:"business_units"`
}

// parsePeople reads users by username, with the rules of the module people. A problem names a line and a column, and no value,
// because the output of a pipeline has more readers than the file.
func parsePeople(text string) (people map[string]person, problems []string) {
	rows := csvRows(text)

	columns, problems := peopleHeader(rows)
	if len(problems) > 0 {
		return nil, problems
	}

	records := make([]peopleRecord, 0, len(rows)-1)

	for _, row := range rows[1:] {
		record, found := readPeopleRecord(row, columns)
		records = append(records, record)
		problems = append(problems, found...)
	}

	// Values that are in the wrong column would cause many more problems.
	if len(problems) > 0 {
		return nil, problems
	}

	people = make(map[string]person, len(records))
	seen := map[string]map[string]int{"username": {}, "email": {}}

	for _, record := range records {
		one, found := record.person()
		people[record.values["username"]] = one
		problems = append(problems, found...)

		for _, column := range []string{"username", "email"} {
			key := strings.ToLower(record.values[column])
			if first, duplicate := seen[column][key]; duplicate {
				problems = append(problems, fmt.Sprintf("%s: the same as in line %d, column %s, ignoring case", record.place(column), first, column))
			} else if key != "" {
				seen[column][key] = record.lines[column]
			}
		}
	}

	return people, problems
}

// csvRows returns the rows that are not blank. The package encoding/csv is used for single values only: it refuses blanks after a
// quoted value, and stops at the first problem.
func csvRows(text string) []csvRow {
	// Spreadsheets write a byte-order mark and line ends of their own.
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(strings.TrimPrefix(text, "\ufeff"))

	var rows []csvRow

	for line := 1; text != ""; {
		row, rest := csvRow{line: line}, text
		end := byte(',')

		for end == ',' {
			var value string

			value, rest, end = cutCSVValue(rest)
			leading := value[:len(value)-len(strings.TrimLeft(value, " \t\n"))]
			row.values = append(row.values, csvValue{line + strings.Count(leading, "\n"), strings.TrimSpace(value)})
			line += strings.Count(value, "\n")
		}

		if strings.Trim(text[:len(text)-len(rest)], ",\" \t\n") != "" {
			rows = append(rows, row)
		}

		text = rest
		line++
	}

	return rows
}

// cutCSVValue returns the first value of a text, what follows it, and the comma or line end between them. A quoted value may
// contain both. At the end of the text, the separator is a line end.
func cutCSVValue(text string) (value, rest string, separator byte) {
	end := 0

	if unindented := strings.TrimLeft(text, " \t"); strings.HasPrefix(unindented, `"`) {
		end = len(text) - len(unindented) + 1

		for isOpen := true; isOpen; {
			quote := strings.IndexByte(text[end:], '"')
			if quote < 0 {
				return text, "", '\n'
			}

			end += quote + 1

			if isOpen = strings.HasPrefix(text[end:], `"`); isOpen {
				end++
			}
		}
	}

	separatorAt := strings.IndexAny(text[end:], ",\n")
	if separatorAt < 0 {
		return text, "", '\n'
	}

	end += separatorAt

	return text[:end], text[end+1:], text[end]
}

// peopleHeader returns the columns that the first row names.
func peopleHeader(rows []csvRow) (columns, problems []string) {
	line := 1

	if len(rows) > 0 {
		line = rows[0].line
		for _, value := range rows[0].values {
			columns = append(columns, strings.ToLower(strings.TrimSpace(strings.Trim(value.content, `"`))))
		}
	}

	// A first row that names none of the columns is not a header, so its values are not printed.
	if !slices.ContainsFunc(requiredPeopleColumns, func(name string) bool { return slices.Contains(columns, name) }) {
		return nil, []string{fmt.Sprintf("line %d: the first row must name the columns %s, separated by commas", line, strings.Join(requiredPeopleColumns, ", "))}
	}

	for _, name := range requiredPeopleColumns {
		if !slices.Contains(columns, name) {
			problems = append(problems, fmt.Sprintf("line %d, column %s: the column is missing", line, name))
		}
	}

	for i, name := range columns {
		switch {
		case name == "":
			problems = append(problems, fmt.Sprintf("line %d, column %d: unknown column; the columns are %s", line, i+1, strings.Join(peopleColumns, ", ")))
		case !slices.Contains(peopleColumns, name):
			problems = append(problems, fmt.Sprintf("line %d, column %s: unknown column; the columns are %s", line, name, strings.Join(peopleColumns, ", ")))
		case slices.Index(columns, name) == i && slices.Contains(columns[i+1:], name):
			problems = append(problems, fmt.Sprintf("line %d, column %s: the column appears several times", line, name))
		}
	}

	return columns, problems
}

// peopleRecord holds the values of a row, and their lines, by column.
type peopleRecord struct {
	values map[string]string
	lines  map[string]int
}

// readPeopleRecord decodes a row.
func readPeopleRecord(row csvRow, columns []string) (record peopleRecord, problems []string) {
	if len(row.values) != len(columns) {
		return record, []string{fmt.Sprintf("line %d: %d values for %d columns", row.line, len(row.values), len(columns))}
	}

	record = peopleRecord{make(map[string]string, len(columns)), make(map[string]int, len(columns))}

	for i, value := range row.values {
		decoded, ok := decodeCSVValue(value.content)
		if !ok {
			problems = append(problems, fmt.Sprintf("line %d, column %s: a quotation mark is missing or misplaced", value.line, columns[i]))
		}

		record.values[columns[i]] = strings.TrimSpace(decoded)
		record.lines[columns[i]] = value.line
	}

	return record, problems
}

// decodeCSVValue removes the quotation marks of a value.
func decodeCSVValue(value string) (decoded string, ok bool) {
	if !strings.Contains(value, `"`) {
		return value, true
	}

	records, err := csv.NewReader(strings.NewReader(value)).ReadAll()
	if err != nil || len(records) != 1 || len(records[0]) != 1 {
		return "", false
	}

	return records[0][0], true
}

// place names the line and the column of a value. A column that the file does not have has no problems.
func (r peopleRecord) place(column string) string {
	return fmt.Sprintf("line %d, column %s", r.lines[column], column)
}

var (
	peopleEmail = regexp.MustCompile(`^[^\s@]+@[^\s@]+$`)
	// accessEntry is the name of a role or a business unit, or such a name with an end date: "ROLE_TESTER until 2026-12-31".
	accessEntry = regexp.MustCompile(`(?s)^\s*(.*?)(?:\s+until\s+|\s*$)(\S*)\s*$`)
)

const endDateProblem = "an end date must be a date such as 2026-12-31 or a time such as 2026-12-31T18:00:00Z"

// person converts a record.
func (r peopleRecord) person() (one person, problems []string) {
	report := func(column, problem string) {
		if problem != "" {
			problems = append(problems, r.place(column)+": "+problem)
		}
	}

	one = person{
		Email:      r.values["email"],
		FirstName:  r.values["first_name"],
		LastName:   r.values["last_name"],
		ValidUntil: r.values["valid_until"],
		Enabled:    strings.ToLower(r.values["enabled"]) != "false",
	}

	if r.values["username"] == "" {
		report("username", "the value is missing")
	}

	if one.Email == "" {
		report("email", "the value is missing")
	} else if !peopleEmail.MatchString(one.Email) {
		report("email", "not an e-mail address")
	}

	if !slices.Contains([]string{"", "true", "false"}, strings.ToLower(r.values["enabled"])) {
		report("enabled", "must be true, false or empty")
	}

	if !isEndDate(one.ValidUntil) {
		report("valid_until", endDateProblem)
	}

	var problem string

	one.Roles, problem = accessEntries(r.values["roles"])
	report("roles", problem)

	one.BusinessUnits, problem = accessEntries(r.values["business_units"])
	report("business_units", problem)

	return one, problems
}

// accessEntries returns the roles or business units of a value, each once, and what is wrong with them.
func accessEntries(value string) (entries []string, problem string) {
	ends := make(map[string]string)
	entries = []string{}

	for text := range strings.SplitSeq(value, ";") {
		if strings.TrimSpace(text) == "" {
			continue
		}

		// The expression matches every text.
		found := accessEntry.FindStringSubmatch(text)
		name, end := found[1], found[2]
		before, repeated := ends[name]

		switch {
		case !isEndDate(end):
			problem = endDateProblem
		case repeated && before != end && problem == "":
			problem = "a name has several end dates"
		}

		if repeated && before == end {
			continue
		}

		ends[name] = end

		if end != "" {
			name += " until " + end
		}

		entries = append(entries, name)
	}

	return entries, problem
}

// endDateForm is stricter than package time, as Terraform is.
var endDateForm = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2}))?$`)

// isEndDate reports whether a text is empty, a date, or a time in RFC 3339.
func isEndDate(text string) bool {
	if text == "" {
		return true
	}

	_, dateErr := time.Parse(time.DateOnly, text)
	_, timeErr := time.Parse(time.RFC3339, text)

	return endDateForm.MatchString(text) && (dateErr == nil || timeErr == nil)
}
