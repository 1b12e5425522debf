package simulator

import (
	"fmt"
	"slices"
)

// Permission is a permission that roles can have. ID differs between instances (inferred). Name is the code that
// /user-profile/permissions lists (inferred).
type Permission struct{ ID, Name string }

// The names of the permissions that roles can have. Most are recorded (observed); which are global and which are per
// project is inferred. A pair of permissions belongs to each custom field. The administrator has all global ones.
var (
	globalNames = []string{
		permAllUsers, permUnitUsers, permAPIAccess, permRoles, permViewAll, permViewSameUnit, permWorkflowView, permWorkflowUpdate,
		permUnits, permSettingsView, permSettingsUpdate, permAuditLog, "USER_AUDIT_LOG_VIEW", "ANALYTICS_MODULE_ACCESS", "LIBRARY_VIEW",
		"PRODUCT_CREATE", "PRODUCTS_LIST_ALL", "RISK_SUMMARY_VIEW", "TAG_CREATE", "TAG_DELETE", "TEMPLATE_UPDATE",
	}

	projectNames = []string{
		"ARCHITECTURE_UPDATE", "ARCHITECTURE_VIEW", "COUNTERMEASURE_CREATE", "COUNTERMEASURE_DELETE", "COUNTERMEASURE_UPDATE", "DOWNLOAD_REPORTS",
		"MODEL_UPDATE", "PRODUCT_ACCESS_BU_UPDATE", "PRODUCT_ACCESS_USER_UPDATE", "PRODUCT_DELETE", "PRODUCT_EXPORT", "PRODUCT_OWNERSHIP_UPDATE",
		"PRODUCT_UPDATE", "REPORT_DELETE", "RISK_VIEW", "TEST_UPDATE", "THREAT_UPDATE", "WEAKNESS_UPDATE",
		"UDT_EDIT_6f1c2b7e-0c55-4d0a-9a43-5d7e8b1f2a90", "UDT_VIEW_6f1c2b7e-0c55-4d0a-9a43-5d7e8b1f2a90",
	}
)

// builtInPermissions are the permissions of the vendor's built-in roles in a new instance (inferred). ROLE_ADMIN has all.
var builtInPermissions = map[string]rolePermissions{
	adminRole:                  {globalNames, projectNames},
	"ROLE_COMPONENTS_EDITOR":   {[]string{"LIBRARY_VIEW"}, nil},
	"ROLE_DEVELOPER":           {nil, []string{"ARCHITECTURE_VIEW", "COUNTERMEASURE_UPDATE", "RISK_VIEW"}},
	"ROLE_FULL_ACCESS_USER":    {[]string{"LIBRARY_VIEW", "PRODUCT_CREATE", "TAG_CREATE"}, []string{"ARCHITECTURE_UPDATE", "MODEL_UPDATE", "PRODUCT_UPDATE", "RISK_VIEW"}},
	"ROLE_LIBRARY_EDITOR":      {[]string{"LIBRARY_VIEW", "TAG_CREATE"}, nil},
	"ROLE_MANAGE_USERS_BU":     {[]string{permUnitUsers, permViewSameUnit}, nil},
	"ROLE_PORTFOLIO_VIEW":      {[]string{"ANALYTICS_MODULE_ACCESS", "PRODUCTS_LIST_ALL", "RISK_SUMMARY_VIEW"}, []string{"RISK_VIEW"}},
	"ROLE_QUESTIONNAIRE_ONLY":  {nil, []string{"ARCHITECTURE_VIEW"}},
	"ROLE_READ_ONLY":           {nil, []string{"ARCHITECTURE_VIEW", "RISK_VIEW"}},
	"ROLE_REQUIREMENTS_MANAGE": {nil, []string{"COUNTERMEASURE_CREATE", "COUNTERMEASURE_UPDATE", "RISK_VIEW"}},
	"ROLE_RISK_MANAGER":        {[]string{"RISK_SUMMARY_VIEW"}, []string{"COUNTERMEASURE_UPDATE", "RISK_VIEW", "THREAT_UPDATE", "WEAKNESS_UPDATE"}},
	"ROLE_RULES_EDITOR":        {[]string{"LIBRARY_VIEW", permWorkflowView}, nil},
	"ROLE_TEMPLATE_EDITOR":     {[]string{"LIBRARY_VIEW", "TEMPLATE_UPDATE"}, nil},
	"ROLE_TESTER":              {nil, []string{"RISK_VIEW", "TEST_UPDATE"}},
	"ROLE_TEST_ONLY":           {nil, []string{"TEST_UPDATE"}},
}

// rolePermissions are the names of the permissions of a role.
type rolePermissions struct{ global, project []string }

// catalog is the permissions of an instance.
type catalog struct{ global, project []Permission }

// newCatalog returns the permissions of an instance, in an order that differs from that of the names.
func newCatalog(instance string, namesAsIDs bool) catalog {
	permissions := func(scope string, names []string) []Permission {
		all := make([]Permission, len(names))

		for i, name := range names {
			id := idOf(fmt.Sprintf("%s %s permission", instance, scope), i)
			if namesAsIDs {
				id = name
			}

			all[i] = Permission{ID: id, Name: name}
		}

		return all
	}

	return catalog{permissions("global", globalNames), permissions("project", projectNames)}
}

var permissionProperties = properties[Permission]{
	"id":   textProperty(func(permission Permission) string { return permission.ID }),
	"name": textProperty(func(permission Permission) string { return permission.Name }),
}

// GlobalPermissions returns the global permissions that roles of this instance can have.
func (s *Server) GlobalPermissions() []Permission { return slices.Clone(s.tenant.permissions.global) }

// ProjectPermissions returns the project permissions that roles of this instance can have.
func (s *Server) ProjectPermissions() []Permission { return slices.Clone(s.tenant.permissions.project) }

// permissionScope is one of the two kinds of permissions of a role, which have the same operations.
type permissionScope struct {
	catalog func(*tenant) []Permission
	held    func(*rolePermissions) *[]string
}

var (
	globalScope = permissionScope{
		func(t *tenant) []Permission { return t.permissions.global }, func(held *rolePermissions) *[]string { return &held.global },
	}
	projectScope = permissionScope{
		func(t *tenant) []Permission { return t.permissions.project }, func(held *rolePermissions) *[]string { return &held.project },
	}
)

// named returns the permission with a name.
func (p permissionScope) named(t *tenant, name string) (Permission, bool) {
	return findPermission(p.catalog(t), func(permission Permission) bool { return permission.Name == name })
}

// identified returns the permission with an ID.
func (p permissionScope) identified(t *tenant, id string) (Permission, bool) {
	return findPermission(p.catalog(t), func(permission Permission) bool { return fold(permission.ID) == fold(id) })
}

func findPermission(permissions []Permission, wanted func(Permission) bool) (Permission, bool) {
	at := slices.IndexFunc(permissions, wanted)
	if at < 0 {
		return Permission{}, false
	}

	return permissions[at], true
}
