package live

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// roleRequest describes the role of this run.
func (p *probe) roleRequest() iriusrisk.RoleRequest {
	return iriusrisk.RoleRequest{Name: p.tenant.ownName(ownRoles), Description: "Created by a test"}
}

// unitRequest describes the business unit of this run.
func (p *probe) unitRequest() iriusrisk.CreateBusinessUnitRequest {
	name := p.tenant.ownName(ownUnits)

	return iriusrisk.CreateBusinessUnitRequest{ReferenceID: name, Name: name, Description: "Created by a test"}
}

// checkCreateRole creates the role that later checks use. It is assigned to ada only, after its permissions have been removed.
func checkCreateRole(ctx context.Context, p *probe) (string, error) {
	received, id, err := p.tenant.create(ctx, ownRoles, p.roleRequest())
	p.ownRole = id

	return received.outcome(), err
}

// checkCreateUnit creates the business unit that later checks use.
func checkCreateUnit(ctx context.Context, p *probe) (string, error) {
	received, id, err := p.tenant.create(ctx, ownUnits, p.unitRequest())
	p.ownUnit = id

	return received.outcome(), err
}

// checkCreateTakenRole and checkCreateTakenUnit repeat the creation. If it is accepted, sweeping deletes both objects.
func checkCreateTakenRole(ctx context.Context, p *probe) (string, error) {
	received, err := p.tenant.send(ctx, http.MethodPost, nil, p.roleRequest(), "roles")

	return received.acceptance(), err
}

func checkCreateTakenUnit(ctx context.Context, p *probe) (string, error) {
	received, err := p.tenant.send(ctx, http.MethodPost, nil, p.unitRequest(), "business-units")

	return received.acceptance(), err
}

func checkUpdateRole(ctx context.Context, p *probe) (string, error) {
	received, err := p.tenant.send(ctx, http.MethodPut, nil, p.roleRequest(), "roles", p.ownRole)

	return received.outcome(), err
}

// permissionSegment is the segment of a scope in the paths of the role operations.
func permissionSegment(scope iriusrisk.PermissionScope) string { return scope.Name + "-permissions" }

// testPermission returns the ID of the permission of a scope that is assigned to the role of this run. It prefers one that
// only allows to view something.
func (p *probe) testPermission(ctx context.Context, scope iriusrisk.PermissionScope) (string, error) {
	if id := p.permissionIDs[scope.Name]; id != "" {
		return id, nil
	}

	received, err := p.get(ctx, pageQuery(0), "roles", permissionSegment(scope))
	if err != nil {
		return "", err
	}

	items, err := received.items()
	if err != nil {
		return "", err
	}

	if len(items) == 0 {
		return "", errors.New("no permission is listed")
	}

	chosen := items[max(slices.IndexFunc(items, func(item object) bool { return strings.HasSuffix(item.text("name"), "_VIEW") }), 0)]
	p.permissionIDs[scope.Name] = chosen.text("id")

	return chosen.text("id"), nil
}

// unknownPermission is an ID that no permission has.
const unknownPermission = "00000000-0000-4000-8000-000000000000"

// assignPermission assigns a permission to the role of this run, the test permission if the ID is "".
func (p *probe) assignPermission(ctx context.Context, scope iriusrisk.PermissionScope, id string) (reply, error) {
	chosen, err := p.testPermission(ctx, scope)
	if err != nil {
		return reply{}, err
	}

	body := map[string][]string{"permissions": {cmp.Or(id, chosen)}}

	return p.tenant.send(ctx, http.MethodPost, nil, body, "roles", p.ownRole, permissionSegment(scope), "bulk")
}

// unassignPermission removes the test permission from the role of this run.
func (p *probe) unassignPermission(ctx context.Context, scope iriusrisk.PermissionScope) (reply, error) {
	id, err := p.testPermission(ctx, scope)
	if err != nil {
		return reply{}, err
	}

	return p.tenant.send(ctx, http.MethodDelete, url.Values{"permission": {id}}, nil, "roles", p.ownRole, permissionSegment(scope), "bulk")
}

func checkAssignPermission(scope iriusrisk.PermissionScope) checkFunc {
	return func(ctx context.Context, p *probe) (string, error) {
		received, err := p.assignPermission(ctx, scope, "")

		return received.outcome(), err
	}
}

func checkAssignAssignedPermission(ctx context.Context, p *probe) (string, error) {
	received, err := p.assignPermission(ctx, iriusrisk.GlobalPermissions, "")

	return received.acceptance(), err
}

func checkAssignUnknownPermission(ctx context.Context, p *probe) (string, error) {
	received, err := p.assignPermission(ctx, iriusrisk.GlobalPermissions, unknownPermission)

	return received.acceptance(), err
}

func checkUnassignPermission(scope iriusrisk.PermissionScope) checkFunc {
	return func(ctx context.Context, p *probe) (string, error) {
		received, err := p.unassignPermission(ctx, scope)

		return received.outcome(), err
	}
}

func checkUnassignMissingPermission(ctx context.Context, p *probe) (string, error) {
	received, err := p.unassignPermission(ctx, iriusrisk.GlobalPermissions)

	return received.acceptance(), err
}

// checkPermissionsOfRole compares the permissions of the role of this run with the test permission.
func checkPermissionsOfRole(scope iriusrisk.PermissionScope) checkFunc {
	return func(ctx context.Context, p *probe) (string, error) {
		id, err := p.testPermission(ctx, scope)
		if err != nil {
			return "", err
		}

		received, err := p.get(ctx, pageQuery(0), "roles", p.ownRole, permissionSegment(scope))
		if err != nil {
			return "", err
		}

		items, err := received.items()

		switch {
		case err != nil:
			return "", err
		case len(items) == 0:
			return "none", nil
		case slices.ContainsFunc(items, func(item object) bool { return item.text("id") == id }):
			return "the assigned one", nil
		default:
			return "others", nil
		}
	}
}

// checkUpdateUnit updates the business unit of this run, with the body that the client sends or with a different reference
// ID, and checks whether its reference ID is unchanged.
func checkUpdateUnit(withReferenceID bool) checkFunc {
	return func(ctx context.Context, p *probe) (string, error) {
		sent := p.unitRequest()

		var body any = iriusrisk.UpdateBusinessUnitRequest{Name: sent.Name, Description: "Changed by a test"}
		if withReferenceID {
			body = iriusrisk.CreateBusinessUnitRequest{ReferenceID: sent.ReferenceID + "-changed", Name: sent.Name, Description: sent.Description}
		}

		updated, err := p.tenant.send(ctx, http.MethodPut, nil, body, "business-units", p.ownUnit)
		if err != nil || !updated.succeeded() {
			return updated.refusal(), err
		}

		received, err := p.get(ctx, nil, "business-units", p.ownUnit)
		if err != nil {
			return "", err
		}

		fields, err := received.fields()

		switch {
		case err != nil:
			return "", err
		case fields.text("referenceId") == sent.ReferenceID:
			return keptReferenceID, nil
		default:
			return "accepted, and the reference id changes", nil
		}
	}
}

const keptReferenceID = "accepted, and the reference id is kept"

// checkDeleteHeld assigns the object of a kind of this run to ada, deletes it, and checks whether ada still has it. If the
// deletion is refused, sweeping deletes the object.
func checkDeleteHeld(kind *ownKind) checkFunc {
	return func(ctx context.Context, p *probe) (string, error) {
		id := map[*ownKind]string{ownRoles: p.ownRole, ownUnits: p.ownUnit}[kind]

		if assigned, err := p.tenant.send(ctx, http.MethodPost, nil, nil, "users", p.ada, kind.collection, id); err != nil || !assigned.succeeded() {
			return "", fmt.Errorf("the %s could not be assigned", kind.noun)
		}

		deleted, err := p.tenant.send(ctx, http.MethodDelete, nil, nil, kind.collection, id)
		if err != nil || !deleted.succeeded() {
			return deleted.refusal(), err
		}

		received, err := p.get(ctx, pageQuery(0), "users", p.ada, kind.collection)
		if err != nil {
			return "", err
		}

		items, err := received.items()
		if err != nil {
			return "", fmt.Errorf("the member's %ss: %w", kind.noun, err)
		}

		if slices.ContainsFunc(items, func(item object) bool { return item.text("id") == id }) {
			return "deleted, and still assigned to the member", nil
		}

		return "deleted, and removed from the member", nil
	}
}
