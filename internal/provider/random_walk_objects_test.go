package provider

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// walkObject is a role or a business unit that the configuration declares. No user of the walk has it.
type walkObject struct {
	// kind is an index of walkKinds. The label is also the reference id of a business unit.
	kind        int
	label, name string
	description string

	// permissions are the global permissions of a role. They are nil if they are not managed.
	permissions []string
}

// walkObjectKinds are the resource types and nouns, in the order of walkKinds.
var walkObjectKinds = [2]struct{ resource, noun string }{{"iriusrisk_role", "Role"}, {"iriusrisk_business_unit", "Business unit"}}

// maxWalkObjects bounds how many roles and business units a configuration declares.
const maxWalkObjects = 3

// walkPermissions are the permissions that the roles of a walk may have.
var walkPermissions = []string{"LIBRARY_VIEW", "TAG_CREATE", "TAG_DELETE", "ANALYTICS_MODULE_ACCESS"}

func (o *walkObject) address() string { return walkObjectKinds[o.kind].resource + "." + o.label }

// write writes the block.
func (o *walkObject) write(out io.Writer) {
	arguments := fmt.Sprintf("  name        = %q\n  description = %q\n", o.name, o.description)

	switch {
	case o.kind == 1:
		arguments += fmt.Sprintf("  reference_id = %q\n", o.label)
	case o.permissions != nil:
		arguments += fmt.Sprintf("  global_permissions = %s\n", walkList(o.permissions))
	}

	_, _ = fmt.Fprintf(out, "\nresource %q %q {\n%s}\n", walkObjectKinds[o.kind].resource, o.label, arguments)
}

// changeObjects adds, changes or removes a role or a business unit of the configuration.
func (w *walk) changeObjects() {
	objects := &w.config.objects

	if len(*objects) == 0 || (len(*objects) < maxWalkObjects && w.chance(3)) {
		n := w.next()
		object := walkObject{kind: w.rng.IntN(2), label: fmt.Sprintf("o%d", n), name: fmt.Sprintf("Object %d", n)}
		*objects = append(*objects, object)
		w.note("config: add %s", object.address())

		return
	}

	at := w.rng.IntN(len(*objects))
	object := &(*objects)[at]

	switch w.rng.IntN(5) {
	case 0:
		w.note("config: remove %s", object.address())
		*objects = slices.Delete(*objects, at, at+1)

		return
	case 1:
		object.name = fmt.Sprintf("Object %d", w.next())
	case 2:
		object.description = fmt.Sprintf("Description %d", w.next())
	default:
		object.permissions = w.some(walkPermissions)
	}

	w.note("config: %s is %q, %q, %v", object.address(), object.name, object.description, object.permissions)
}

// changeObjectOnServer changes a declared role or business unit outside Terraform.
func (w *walk) changeObjectOnServer() {
	objects := w.objectsOnServer()
	if len(objects) == 0 {
		return
	}

	object := pick(w, objects...)
	change := pick(w, "description", "permissions", "permissions", "delete")
	w.note("outside: %s of %q", change, object.name)

	switch {
	case object.kind == 0 && change == "permissions":
		w.server.SetRolePermissions(object.label, w.some(walkPermissions), nil)
	case object.kind == 0 && change == "description":
		w.server.UpdateRole(object.label, func(role *simulator.Role) { role.Description = "Outside" })
	case object.kind == 0:
		w.server.RemoveRole(object.label)
	case change == "delete":
		w.server.RemoveBusinessUnit(object.label)
	default:
		w.server.UpdateBusinessUnit(object.label, func(unit *simulator.BusinessUnit) { unit.Description = "Outside" })
	}
}

// objectsOnServer are the roles and business units of the server that the walk did not begin with. Their labels are their ids.
func (w *walk) objectsOnServer() (objects []walkObject) {
	for _, role := range w.server.Roles() {
		if strings.HasPrefix(role.Name, "Object ") {
			global, _ := w.server.RolePermissions(role.ID)
			objects = append(objects, walkObject{kind: 0, label: role.ID, name: role.Name, description: role.Description, permissions: global})
		}
	}

	for _, unit := range w.server.BusinessUnits() {
		if strings.HasPrefix(unit.Name, "Object ") {
			objects = append(objects, walkObject{kind: 1, label: unit.ID, name: unit.Name, description: unit.Description})
		}
	}

	return objects
}

// removeUncertainObjects deletes the roles and business units that an error says may have been created.
func (w *walk) removeUncertainObjects() {
	for _, object := range w.objectsOnServer() {
		if !strings.Contains(w.output, fmt.Sprintf("%s %q may have been created", walkObjectKinds[object.kind].noun, object.name)) {
			continue
		}

		w.note("outside: delete %q, which may have been created", object.name)

		if object.kind == 0 {
			w.server.RemoveRole(object.label)
		} else {
			w.server.RemoveBusinessUnit(object.label)
		}
	}
}

// objectDifferences compares the roles and business units of the server with those that are declared.
func (w *walk) objectDifferences() (differences []string) {
	objects := w.objectsOnServer()

	for _, declared := range w.config.objects {
		at := slices.IndexFunc(objects, func(object walkObject) bool { return object.kind == declared.kind && object.name == declared.name })
		if at < 0 {
			differences = append(differences, declared.name+" does not exist")

			continue
		}

		found := objects[at]
		objects = slices.Delete(objects, at, at+1)

		if found.description != declared.description {
			differences = append(differences, fmt.Sprintf("%s: the description is %q, not %q", declared.name, found.description, declared.description))
		}

		wanted := slices.Sorted(slices.Values(declared.permissions))
		if declared.kind == 0 && declared.permissions != nil && !slices.Equal(found.permissions, wanted) {
			differences = append(differences, fmt.Sprintf("%s: the permissions are %v, not %v", declared.name, found.permissions, wanted))
		}
	}

	for _, object := range objects {
		differences = append(differences, object.name+" exists")
	}

	return differences
}
