# Files with mistakes stop the plan. The problems name the row and the column, and no value of the file.

mock_provider "iriusrisk" {}

run "misspelled_column" {
  command = plan

  variables {
    people_csv = <<-EOT
      username,email,first_name,surname
      ada,ada@example.com,Ada,Lovelace
    EOT
  }

  expect_failures = [data.iriusrisk_roles.all]

  assert {
    condition = join("; ", local.problems) == join("; ", [
      "row 1, column last_name: the column is missing",
      "row 1, column surname: unknown column; the columns are username, email, first_name, last_name, enabled, valid_until, roles, business_units",
    ])
    error_message = join("; ", local.problems)
  }
}

run "truncated_file" {
  command = plan

  variables {
    people_csv = "username,email,first_name,last_name\nada,ada@example.com,Ada,Lovelace\nalan,alan@exam"
  }

  expect_failures = [data.iriusrisk_roles.all]

  assert {
    condition     = join("; ", local.problems) == "row 3: 2 values for 4 columns"
    error_message = join("; ", local.problems)
  }
}

run "values" {
  command = plan

  variables {
    people_csv = <<-EOT
      username,email,first_name,last_name,enabled,valid_until
      ada,ada@example.com,Ada,Lovelace,perhaps,
      ADA,Ada@Example.com,Ada,Byron,,31.12.2026
    EOT
  }

  expect_failures = [data.iriusrisk_roles.all]

  assert {
    condition = join("; ", sort(local.problems)) == join("; ", [
      "row 2, column enabled: must be true, false or empty",
      "row 3, column email: the same as in row 2, column email, ignoring case",
      "row 3, column username: the same as in row 2, column username, ignoring case",
      "row 3, column valid_until: an end date must be a date such as 2026-12-31 or a time such as 2026-12-31T18:00:00Z",
    ])
    error_message = join("; ", sort(local.problems))
  }
}

run "deletion_policy" {
  command = plan

  variables {
    deletion_policy = "keep"
  }

  expect_failures = [var.deletion_policy]
}
