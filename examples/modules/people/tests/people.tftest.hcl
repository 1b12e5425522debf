# Plans without an IriusRisk instance: who is planned, with which access. Requires Terraform 1.7 or OpenTofu 1.8.

mock_provider "iriusrisk" {}

run "reads_a_file" {
  command = plan

  variables {
    revoke_on_disable = ["sessions", "api_token"]

    people_csv = <<-EOT
      username,email,first_name,last_name,enabled,roles,business_units
      ada,ada@example.com,Ada,Lovelace,true,ROLE_TESTER;ROLE_READ_ONLY,Platform
      alan,alan@example.com,Alan,Turing,false,ROLE_TESTER,
    EOT
  }

  assert {
    condition     = join(", ", keys(iriusrisk_user.this)) == "ada, alan"
    error_message = "The plan has the users ${join(", ", keys(iriusrisk_user.this))}."
  }

  assert {
    condition     = iriusrisk_user.this["ada"].role_names == toset(["ROLE_READ_ONLY", "ROLE_TESTER"])
    error_message = "Ada has the roles ${join(", ", iriusrisk_user.this["ada"].role_names)}."
  }

  assert {
    condition     = iriusrisk_user.this["ada"].business_unit_names == toset(["Platform"])
    error_message = "Ada has the business units ${join(", ", iriusrisk_user.this["ada"].business_unit_names)}."
  }

  assert {
    condition     = iriusrisk_user.this["ada"].enabled && !iriusrisk_user.this["alan"].enabled
    error_message = "Ada must be enabled, and Alan disabled."
  }

  assert {
    condition = alltrue([
      for user in iriusrisk_user.this : user.deletion_policy == "disable" && user.revoke_on_disable == toset(["api_token", "sessions"])
    ])
    error_message = "A leaver must be disabled, without a session or an API token."
  }

  assert {
    condition     = join(", ", output.usernames_by_role["ROLE_TESTER"]) == "ada, alan"
    error_message = "ROLE_TESTER has the users ${join(", ", output.usernames_by_role["ROLE_TESTER"])}."
  }

  assert {
    condition     = join(", ", output.usernames) == "ada, alan"
    error_message = "The declared usernames are ${join(", ", output.usernames)}."
  }
}

run "reads_a_map" {
  command = plan

  variables {
    people = {
      grace = { email = "grace@example.com", first_name = "Grace", last_name = "Hopper", roles = ["ROLE_RISK_MANAGER"] }
    }
  }

  assert {
    condition     = iriusrisk_user.this["grace"].enabled && iriusrisk_user.this["grace"].role_names == toset(["ROLE_RISK_MANAGER"])
    error_message = "Grace must be enabled, with the role ROLE_RISK_MANAGER."
  }

  assert {
    condition     = length(iriusrisk_user.this["grace"].business_unit_names) == 0
    error_message = "A person without business units must have none, whatever is assigned outside Terraform."
  }
}

# A byte-order mark, other line ends, blanks and quotation marks around values, blank rows, and values in any case.
run "reads_what_spreadsheets_write" {
  command = plan

  variables {
    people_csv = join("\r\n", [
      "\ufeffUsername, EMAIL ,\"first_name\",last_name,Enabled,roles,business_units",
      " ada , \"ada@example.com\" ,Ada,\"King, Countess \"\"Lovelace\"\"\",TRUE, ROLE_TESTER ; ROLE_READ_ONLY;,\"Platform\"",
      "",
      ",,,,,,",
      "alan,alan@example.com,\u00a0Alan,Turing,False,,",
      "grace,grace@example.com,Grace,Hopper,,,",
    ])
  }

  assert {
    condition     = join(", ", keys(iriusrisk_user.this)) == "ada, alan, grace"
    error_message = "The plan has the users ${join(", ", keys(iriusrisk_user.this))}."
  }

  assert {
    condition     = iriusrisk_user.this["ada"].email == "ada@example.com" && iriusrisk_user.this["ada"].last_name == "King, Countess \"Lovelace\""
    error_message = "Ada is ${iriusrisk_user.this["ada"].email}, ${iriusrisk_user.this["ada"].last_name}."
  }

  assert {
    condition     = iriusrisk_user.this["ada"].role_names == toset(["ROLE_READ_ONLY", "ROLE_TESTER"])
    error_message = "Ada has the roles ${join(", ", iriusrisk_user.this["ada"].role_names)}."
  }

  assert {
    condition     = iriusrisk_user.this["alan"].first_name == "Alan"
    error_message = "Alan is ${iriusrisk_user.this["alan"].first_name}."
  }

  assert {
    condition     = { for username, user in iriusrisk_user.this : username => user.enabled } == { ada = true, alan = false, grace = true }
    error_message = "TRUE and an empty value must mean enabled, and False disabled."
  }
}

run "reads_the_line_ends_of_old_systems" {
  command = plan

  variables {
    people_csv = "username,email,first_name,last_name\rada,ada@example.com,Ada,Lovelace\r"
  }

  assert {
    condition     = join(", ", keys(iriusrisk_user.this)) == "ada"
    error_message = "The plan has the users ${join(", ", keys(iriusrisk_user.this))}."
  }
}

run "ends_access" {
  command = plan

  variables {
    people_csv = <<-EOT
      username,email,first_name,last_name,enabled,valid_until,roles,business_units
      ada,ada@example.com,Ada,Lovelace,,2999-12-31,ROLE_TESTER until 2999-12-31T18:00:00+01:00;ROLE_READ_ONLY until 2001-01-01,Platform
      alan,alan@example.com,Alan,Turing,,2001-01-01,ROLE_TESTER,Platform until 2999-12-31;Mobile  until  2001-01-01
      grace,grace@example.com,Grace,Hopper,,2001-01-01T12:00:00Z,,
      edsger,edsger@example.com,Edsger,Dijkstra,false,2999-12-31,No such role until 2001-01-01,
    EOT
  }

  assert {
    condition     = { for username, user in iriusrisk_user.this : username => user.enabled } == { ada = true, alan = false, edsger = false, grace = false }
    error_message = "Only Ada must be enabled."
  }

  assert {
    condition     = jsonencode(output.usernames_by_role) == jsonencode({ ROLE_TESTER = ["ada", "alan"] })
    error_message = "A role that has ended is not assigned: ${jsonencode(output.usernames_by_role)}."
  }

  assert {
    condition     = jsonencode(output.usernames_by_business_unit) == jsonencode({ Platform = ["ada", "alan"] })
    error_message = "A business unit that has ended is not assigned: ${jsonencode(output.usernames_by_business_unit)}."
  }

  assert {
    condition = [for access in output.end_dates : access.ends if access.username == "ada"] == [
      "3000-01-01T00:00:00Z", "2999-12-31T18:00:00+01:00", "2001-01-02T00:00:00Z",
    ]
    error_message = "A date ends with its day: ${jsonencode(output.end_dates)}."
  }
}

run "creates_business_units" {
  command = plan

  variables {
    business_units = { Cards = { reference_id = "cards" } }

    people = {
      ada = { email = "ada@example.com", first_name = "Ada", last_name = "Lovelace", business_units = ["Cards"] }
    }
  }

  assert {
    condition     = iriusrisk_business_unit.this["Cards"].reference_id == "cards"
    error_message = "The business unit has the reference id ${iriusrisk_business_unit.this["Cards"].reference_id}."
  }
}
