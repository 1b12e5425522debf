package simulator

import "fmt"

// The names in a seeded tenant; further names are numbered.
var (
	// roleNames are the vendor's built-in roles except ROLE_ADMIN, which must not be assigned by chance.
	roleNames = []string{
		"ROLE_PORTFOLIO_VIEW", "ROLE_RISK_MANAGER", "ROLE_DEVELOPER", "ROLE_TESTER", "ROLE_READ_ONLY", "ROLE_COMPONENTS_EDITOR",
		"ROLE_FULL_ACCESS_USER", "ROLE_LIBRARY_EDITOR", "ROLE_MANAGE_USERS_BU", "ROLE_QUESTIONNAIRE_ONLY", "ROLE_REQUIREMENTS_MANAGE",
		"ROLE_RULES_EDITOR", "ROLE_TEMPLATE_EDITOR", "ROLE_TEST_ONLY",
	}

	unitNames = []string{"Payments", "Mobile", "Platform", "Research"}

	firstNames = []string{"Barbara", "Dennis", "Donald", "Edsger", "Frances", "Jean", "Katherine", "Ken", "Leslie", "Margaret", "Niklaus", "Radia"}
	lastNames  = []string{"Allen", "Bartik", "Dijkstra", "Hamilton", "Johnson", "Knuth", "Lamport", "Liskov", "Perlman", "Ritchie", "Thompson", "Wirth", "Sammet"}
)

// Seed adds users, roles and business units. Users have up to three roles and two business units, and some are
// disabled. The same numbers produce the same tenant.
func (s *Server) Seed(users, roles, units int) {
	var roleIDs, unitIDs []string

	for i := range roles {
		roleIDs = append(roleIDs, s.AddRole(numbered(roleNames, "Role", i)).ID)
	}

	for i := range units {
		name := numbered(unitNames, "Unit", i)
		unitIDs = append(unitIDs, s.AddBusinessUnit(fmt.Sprintf("bu-%02d", i+1), name).ID)
	}

	s.withTenant(func(t *tenant) {
		for i := range users {
			first, last := firstNames[i%len(firstNames)], lastNames[i%len(lastNames)]
			username := fmt.Sprintf("%s.%s.%05d", fold(first), fold(last), i+1)

			// Seeding again adds further users.
			for again := 2; t.byName[username] != nil; again++ {
				username = fmt.Sprintf("%s.%s.%05d.%d", fold(first), fold(last), i+1, again)
			}

			t.add(User{
				Username: username, Email: username + "@iriusrisk.example", FirstName: first, LastName: last, Enabled: i%17 != 16,
				RoleIDs: some(roleIDs, i, i%4), BusinessUnitIDs: some(unitIDs, i, i%3), Sessions: i % 2,
			})
		}
	})
}

// AssignAccess replaces the roles and business units of all users except the administrator by the given number of each,
// starting at a different one for each user.
func (s *Server) AssignAccess(roles, units int) {
	s.withTenant(func(t *tenant) {
		roleIDs, unitIDs := make([]string, len(t.roles)), make([]string, len(t.units))

		for i, role := range t.roles {
			roleIDs[i] = role.ID
		}

		for i, unit := range t.units {
			unitIDs[i] = unit.ID
		}

		for i, u := range t.users {
			if u.Username != adminName {
				u.RoleIDs, u.BusinessUnitIDs = some(roleIDs, i, roles), some(unitIDs, i, units)
			}
		}
	})
}

// numbered returns the i-th name, or a numbered one after the last.
func numbered(names []string, noun string, i int) string {
	if i < len(names) {
		return names[i]
	}

	return fmt.Sprintf("%s %02d", noun, i+1)
}

// some returns a number of distinct IDs, starting at an index.
func some(ids []string, from, number int) []string {
	var picked []string

	for i := range min(number, len(ids)) {
		picked = append(picked, ids[(from+i)%len(ids)])
	}

	return picked
}
