# Applies the module to the instance in IRIUSRISK_ENDPOINT, and removes everything that it has created. Do not run it on an
# instance that is in use:
#
#   terraform init -test-directory=tests/instance
#   terraform test -test-directory=tests/instance

provider "iriusrisk" {}

variables {
  business_units  = { "Test of the module people" = { reference_id = "test-of-the-module-people" } }
  deletion_policy = "delete"

  people = {
    test-ada = {
      email = "test-ada@example.com", first_name = "Ada", last_name = "Lovelace", roles = ["ROLE_TESTER"], business_units = ["Test of the module people"]
    }

    test-alan = { email = "test-alan@example.com", first_name = "Alan", last_name = "Turing" }
  }
}

run "creates_people" {
  assert {
    condition     = join(", ", keys(output.ids)) == "test-ada, test-alan"
    error_message = "The users are ${join(", ", keys(output.ids))}."
  }
}

# Assigns another role outside of the state of the module.
run "someone_assigns_a_role" {
  module {
    source = "./tests/instance/outside"
  }

  variables {
    username = "test-ada"
    role     = "ROLE_READ_ONLY"
  }
}

run "drift_is_corrected" {}

run "ada_has_the_declared_access" {
  command = plan

  module {
    source = "./tests/instance/user"
  }

  variables {
    username = "test-ada"
  }

  assert {
    condition     = join(", ", data.iriusrisk_user.this.roles[*].name) == "ROLE_TESTER"
    error_message = "Ada has the roles ${join(", ", data.iriusrisk_user.this.roles[*].name)}."
  }

  assert {
    condition     = join(", ", data.iriusrisk_user.this.business_units[*].name) == "Test of the module people"
    error_message = "Ada has the business units ${join(", ", data.iriusrisk_user.this.business_units[*].name)}."
  }
}

# Ada leaves the business unit before it is deleted.
run "access_of_alan_ends" {
  variables {
    business_units = {}

    people = {
      test-ada  = { email = "test-ada@example.com", first_name = "Ada", last_name = "Lovelace", roles = ["ROLE_TESTER"] }
      test-alan = { email = "test-alan@example.com", first_name = "Alan", last_name = "Turing", valid_until = "2001-01-01" }
    }
  }
}

run "alan_is_disabled" {
  command = plan

  module {
    source = "./tests/instance/user"
  }

  variables {
    username = "test-alan"
  }

  assert {
    condition     = !data.iriusrisk_user.this.enabled
    error_message = "Alan is still enabled."
  }
}

run "unknown_roles_stop_the_plan" {
  command = plan

  variables {
    people_csv = <<-EOT
      username,email,first_name,last_name,roles
      test-grace,test-grace@example.com,Grace,Hopper,No such role
    EOT
  }

  expect_failures = [data.iriusrisk_roles.all]
}
