package provider

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// faultScenario is a change of one resource. The matrix fails each of its requests in turn.
type faultScenario struct {
	typeName string

	// before is applied first, without faults; nil means no resource. after is applied with faults; nil destroys.
	before, after func(ids map[string]string) values

	// check compares the server and the state with the configuration after another apply without faults.
	check func(server *simulator.Server, ids map[string]string, state values) error
}

// tenantForFaults has the user "bot" without access, two roles, and two business units.
func tenantForFaults(t *testing.T, options simulator.Options) (*simulator.Server, map[string]string) {
	t.Helper()

	server := startServer(t, options)
	server.AddUser(simulator.User{Username: "bot", Email: "bot@example.com", FirstName: "Bot", LastName: "Bot", Enabled: true})

	return server, map[string]string{
		"role_id": server.AddRole("ROLE_READ_ONLY").ID, "business_unit_id": server.AddBusinessUnit("pay", "Payments").ID,
		"other role_id": server.AddRole("ROLE_TESTER").ID, "other business_unit_id": server.AddBusinessUnit("loans", "Loans").ID,
	}
}

// faultScenarios are the creations, updates, replacements and destructions of all resources.
func faultScenarios() map[string]faultScenario {
	none := func(map[string]string) values { return nil }
	user := func(change values) func(map[string]string) values {
		return func(map[string]string) values {
			config := adaConfig()
			maps.Copy(config, change)

			return config
		}
	}
	isUser := func(enabled bool, lastName, secret string) func(*simulator.Server, map[string]string, values) error {
		return func(server *simulator.Server, _ map[string]string, state values) error {
			found, there := server.User("ada")

			return errors.Join(
				want("ada is there", there, true), want("users", len(server.Users()), 3), want("enabled", found.Enabled, enabled),
				want("last name", found.LastName, lastName), want("password", found.Password, secret), want("id", found.ID, plainText(state["id"])),
			)
		}
	}
	disabled := values{"enabled": boolean(false), "password": text(password)}

	scenarios := map[string]faultScenario{
		"user, create":          {"iriusrisk_user", none, user(nil), isUser(true, "Lovelace", "")},
		"user, create disabled": {"iriusrisk_user", none, user(disabled), isUser(false, "Lovelace", password)},
		"user, update":          {"iriusrisk_user", user(nil), user(values{"last_name": text("Byron"), "enabled": boolean(false), "password": text(password)}), isUser(false, "Byron", password)},
		"user, enable":          {"iriusrisk_user", user(disabled), user(values{"password": text(password)}), isUser(true, "Lovelace", password)},
		"user, replace": {"iriusrisk_user", user(nil), user(values{"username": text("countess"), "enabled": boolean(false)}), func(server *simulator.Server, _ map[string]string, state values) error {
			found, there := server.User("countess")

			return errors.Join(want("countess is there", there, true), want("users", len(server.Users()), 3), want("enabled", found.Enabled, false), want("id", found.ID, plainText(state["id"])))
		}},
		"user, delete": {"iriusrisk_user", user(nil), none, func(server *simulator.Server, _ map[string]string, state values) error {
			return errors.Join(want("users", len(server.Users()), 2), want("is in state", state != nil, false))
		}},
	}

	for _, kind := range membershipCases {
		member := func(ids map[string]string) values {
			return values{"username": text("bot"), kind.attribute: text(ids[kind.attribute])}
		}
		has := func(expected bool) func(*simulator.Server, map[string]string, values) error {
			return func(server *simulator.Server, ids map[string]string, state values) error {
				bot, _ := server.User("bot")

				return errors.Join(want("membership", slices.Contains(kind.has(bot), ids[kind.attribute]), expected), want("memberships", len(kind.has(bot)) <= 1, true), want("is in state", state != nil, expected))
			}
		}

		scenarios[kind.typeName+", create"] = faultScenario{kind.typeName, none, member, has(true)}
		scenarios[kind.typeName+", delete"] = faultScenario{kind.typeName, member, none, has(false)}
	}

	set := func(attribute string, given ...string) func(map[string]string) values {
		return func(ids map[string]string) values {
			var chosen []string
			for _, name := range given {
				chosen = append(chosen, ids[name])
			}

			return values{"username": text("bot"), attribute: texts(chosen...)}
		}
	}
	botHas := func(kind membershipCase, expected bool) func(*simulator.Server, map[string]string, values) error {
		return func(server *simulator.Server, ids map[string]string, state values) error {
			bot, _ := server.User("bot")

			return errors.Join(want("membership", slices.Equal(kind.has(bot), []string{ids[kind.attribute]}), expected), want("memberships", len(kind.has(bot)) <= 1, true), want("is in state", state != nil, true))
		}
	}

	for _, kind := range membershipCases {
		typeName := kind.typeName + "s_exclusive"
		scenarios[typeName+", create"] = faultScenario{typeName, none, set(kind.setAttribute(), kind.attribute), botHas(kind, true)}
		scenarios[typeName+", update"] = faultScenario{typeName, set(kind.setAttribute(), kind.attribute), set(kind.setAttribute()), botHas(kind, false)}
		scenarios[typeName+", update by difference"] = faultScenario{typeName, set(kind.setAttribute(), "other "+kind.attribute), set(kind.setAttribute(), kind.attribute), botHas(kind, true)}
	}

	withSets := func(change values) func(map[string]string) values {
		return func(ids map[string]string) values {
			config := user(change)(ids)
			config["role_ids"], config["business_unit_ids"] = texts(ids["role_id"]), texts(ids["business_unit_id"])

			return config
		}
	}
	hasSets := func(username string) func(*simulator.Server, map[string]string, values) error {
		return func(server *simulator.Server, ids map[string]string, state values) error {
			found, _ := server.User(username)

			return errors.Join(want("enabled", found.Enabled, false), want("roles", strings.Join(found.RoleIDs, ","), ids["role_id"]), want("units", strings.Join(found.BusinessUnitIDs, ","), ids["business_unit_id"]),
				want("id", found.ID, plainText(state["id"])), want("last name", found.LastName, "Lovelace"))
		}
	}

	scenarios["user, create with sets"] = faultScenario{"iriusrisk_user", none, withSets(values{"enabled": boolean(false)}), hasSets("ada")}
	scenarios["user, update with sets"] = faultScenario{"iriusrisk_user", user(nil), withSets(values{"enabled": boolean(false)}), hasSets("ada")}
	scenarios["user, adopt with sets"] = faultScenario{"iriusrisk_user", none, withSets(values{"username": text("bot"), "enabled": boolean(false), "adopt_existing": boolean(true)}), hasSets("bot")}
	byName := values{"enabled": boolean(false), "role_names": texts("ROLE_READ_ONLY"), "business_unit_names": texts("Payments")}
	scenarios["user, create with names"] = faultScenario{"iriusrisk_user", none, user(byName), hasSets("ada")}
	scenarios["user, update names by difference"] = faultScenario{
		"iriusrisk_user", user(values{"role_names": texts("ROLE_TESTER"), "business_unit_names": texts("Loans")}), user(byName), hasSets("ada"),
	}
	scenarios["user, update sets by difference"] = faultScenario{"iriusrisk_user", func(ids map[string]string) values {
		config := user(nil)(ids)
		config["role_ids"], config["business_unit_ids"] = texts(ids["other role_id"]), texts(ids["other business_unit_id"])

		return config
	}, withSets(values{"enabled": boolean(false)}), hasSets("ada")}
	scenarios["user, disable instead of delete"] = faultScenario{"iriusrisk_user", user(values{"deletion_policy": text("disable")}), none, func(server *simulator.Server, _ map[string]string, state values) error {
		found, there := server.User("ada")

		return errors.Join(want("ada is there", there, true), want("enabled", found.Enabled, false), want("is in state", state != nil, false))
	}}

	token := func(quarter string) func(map[string]string) values {
		return func(map[string]string) values {
			return values{"username": text("bot"), "rotate_when_changed": tftypes.NewValue(tftypes.Map{ElementType: tftypes.String}, map[string]tftypes.Value{"q": text(quarter)})}
		}
	}
	tokenIs := func(expected bool) func(*simulator.Server, map[string]string, values) error {
		return func(server *simulator.Server, _ map[string]string, state values) error {
			bot, _ := server.User("bot")

			return errors.Join(want("there is a token", bot.APIToken != "", expected), want("token", bot.APIToken, plainText(state["token"])), want("hint", server.Hint("bot"), plainText(state["hint"])))
		}
	}

	scenarios["token, create"] = faultScenario{tokenType, none, token("1"), tokenIs(true)}
	scenarios["token, replace"] = faultScenario{tokenType, token("1"), token("2"), tokenIs(true)}
	scenarios["token, delete"] = faultScenario{tokenType, token("1"), none, tokenIs(false)}

	maps.Copy(scenarios, unitFaultScenarios())
	maps.Copy(scenarios, roleFaultScenarios())

	onlyUsers := func(action string, usernames ...string) func(map[string]string) values {
		return func(map[string]string) values {
			return values{"usernames": texts(usernames...), "action": text(action)}
		}
	}
	botIs := func(exists bool) func(*simulator.Server, map[string]string, values) error {
		return func(server *simulator.Server, _ map[string]string, state values) error {
			bot, there := server.User("bot")

			return errors.Join(want("bot is there", there, exists), want("bot is enabled", bot.Enabled, false), want("id", plainText(state["id"]), "users"), want("the state is the empty set", containsSet(state["usernames"], nil), true))
		}
	}

	scenarios["users, create"] = faultScenario{usersExclusiveType, none, onlyUsers(policyDisable), botIs(true)}
	scenarios["users, create and delete"] = faultScenario{usersExclusiveType, none, onlyUsers(policyDelete), botIs(false)}
	scenarios["users, disable"] = faultScenario{usersExclusiveType, onlyUsers(policyDisable, "bot"), onlyUsers(policyDisable), botIs(true)}
	scenarios["users, delete"] = faultScenario{usersExclusiveType, onlyUsers(policyDisable, "bot"), onlyUsers(policyDelete), botIs(false)}

	return scenarios
}

// unitFaultScenarios are the changes of business units and of their members.
func unitFaultScenarios() map[string]faultScenario {
	none := func(map[string]string) values { return nil }
	unit := func(referenceID, name, description string) func(map[string]string) values {
		return func(map[string]string) values { return unitConfig(referenceID, name, description) }
	}
	isUnit := func(referenceID, name, description string) func(*simulator.Server, map[string]string, values) error {
		return func(server *simulator.Server, _ map[string]string, state values) error {
			found, there := unitOnServer(server, referenceID)

			return errors.Join(
				want("there is a unit", there, true), want("units", len(server.BusinessUnits()), 3), want("name", found.Name, name),
				want("description", found.Description, description), want("id", found.ID, plainText(state["id"])),
			)
		}
	}
	members := func(usernames ...string) func(map[string]string) values {
		return func(ids map[string]string) values {
			return values{"business_unit_id": text(ids["business_unit_id"]), "usernames": texts(usernames...)}
		}
	}
	hasMembers := func(usernames ...string) func(*simulator.Server, map[string]string, values) error {
		return func(server *simulator.Server, ids map[string]string, state values) error {
			return errors.Join(
				checkMembers(server, ids["business_unit_id"], usernames...),
				want("state", containsSet(state["usernames"], usernames), true),
			)
		}
	}

	return map[string]faultScenario{
		"business unit, create":  {unitType, none, unit("cards", "Cards", "All cards"), isUnit("cards", "Cards", "All cards")},
		"business unit, update":  {unitType, unit("cards", "Cards", ""), unit("cards", "Credit cards", "All cards"), isUnit("cards", "Credit cards", "All cards")},
		"business unit, replace": {unitType, unit("cards", "Cards", ""), unit("credit", "Cards", ""), isUnit("credit", "Cards", "")},
		"business unit, delete": {unitType, unit("cards", "Cards", ""), none, func(server *simulator.Server, _ map[string]string, state values) error {
			return errors.Join(want("units", len(server.BusinessUnits()), 2), want("is in state", state != nil, false))
		}},
		"members, create": {unitUsersType, none, members("admin", "bot"), hasMembers("admin", "bot")},
		"members, update": {unitUsersType, members("bot"), members("admin", "bot"), hasMembers("admin", "bot")},
		"members, empty":  {unitUsersType, members("bot"), members(), hasMembers()},
	}
}

// lostAnswers are faults after which a write has taken effect without a successful answer.
var lostAnswers = map[string]simulator.Fault{
	"lost":            {Kind: simulator.FaultLostAnswer},
	"server error":    {Kind: simulator.FaultActThenStatus, Status: 500},
	"bad gateway":     {Kind: simulator.FaultActThenStatus, Status: 502},
	"unavailable":     {Kind: simulator.FaultActThenStatus, Status: 503},
	"gateway timeout": {Kind: simulator.FaultActThenStatus, Status: 504},
}
