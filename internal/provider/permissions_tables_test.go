package provider

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// neededPermissions are the permissions that the operations need together: one of each group. A group that contains all
// permissions of another one is omitted, because the other one implies it.
func neededPermissions(operations []string) (needed [][]string) {
	var groups [][]string

	for _, name := range operations {
		groups = append(groups, operationNamed(name).Permissions...)
	}

	for i, group := range groups {
		implied := slices.ContainsFunc(groups, func(other []string) bool { return len(other) < len(group) && isSubset(other, group) }) ||
			slices.ContainsFunc(groups[:i], func(other []string) bool { return slices.Equal(other, group) })
		if !implied {
			needed = append(needed, group)
		}
	}

	return needed
}

func isSubset(values, of []string) bool {
	return !slices.ContainsFunc(values, func(value string) bool { return !slices.Contains(of, value) })
}

func operationNamed(name string) iriusrisk.Operation {
	for _, operation := range iriusrisk.Operations() {
		if operation.Name == name {
			return operation
		}
	}

	return iriusrisk.Operation{}
}

func jobTable() string {
	var table strings.Builder

	table.WriteString("| job | content | permissions of the token's user |\n|---|---|---|\n")

	for _, job := range tokenJobs {
		fmt.Fprintf(&table, "| %s | %s | %s |\n", job.name, job.blocks, permissionCell(neededPermissions(job.operations)))
	}

	return table.String()
}

func operationTable() string {
	var table strings.Builder

	table.WriteString("| API operation | request | permission | jobs |\n|---|---|---|---|\n")

	for _, operation := range iriusrisk.Operations() {
		var jobs []string

		for _, job := range tokenJobs {
			if slices.Contains(job.operations, operation.Name) {
				jobs = append(jobs, job.name)
			}
		}

		switch {
		case slices.Contains(everyJob, operation.Name):
			jobs = []string{"all"}
		case len(jobs) == 0:
			continue
		}

		fmt.Fprintf(&table, "| `%s` | `%s %s` | %s | %s |\n", operation.Name, operation.Method, operation.Path, permissionCell(operation.Permissions), strings.Join(jobs, ", "))
	}

	return table.String()
}

// permissionCell describes the permissions, or says that none is documented.
func permissionCell(groups [][]string) string {
	if len(groups) == 0 {
		return "none is documented"
	}

	texts := make([]string, len(groups))
	for i, group := range groups {
		texts[i] = permissionName.ReplaceAllString(iriusrisk.Operation{Permissions: [][]string{group}}.PermissionsText(), "`$0`")
	}

	// The permission without alternatives comes first: "A, and B or C".
	slices.SortStableFunc(texts, func(a, b string) int { return strings.Count(a, " ") - strings.Count(b, " ") })

	return strings.Join(texts, ", and ")
}

// permissionName matches the name of a permission in a page.
var permissionName = regexp.MustCompile(`[A-Z]+_[A-Z_]+`)
