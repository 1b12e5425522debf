# A review that cannot be complete is not written.

mock_provider "iriusrisk" {
  mock_data "iriusrisk_current_user" {
    defaults = {
      username    = "auditor"
      permissions = ["ALL_USERS_UPDATE"]
    }
  }

  mock_data "iriusrisk_user_activity" {
    defaults = {
      complete = true
    }
  }
}

variables {
  endpoint = "https://example.iriusrisk.com"
}

run "states_its_origin" {
  command = plan

  assert {
    condition     = jsondecode(output.json).review.reviewer == "auditor" && jsondecode(output.json).review.instance == var.endpoint
    error_message = "The review does not state who has made it, and of which instance."
  }

  assert {
    condition     = strcontains(output.csv, "# sha256: ${sha256(local.csv)}\n")
    error_message = "The CSV does not contain its SHA-256."
  }
}

run "needs_the_whole_log" {
  command = plan

  override_data {
    target = data.iriusrisk_user_activity.all
    values = {
      complete     = false
      oldest_event = "2026-01-01T00:00:00Z"
    }
  }

  expect_failures = [output.json]
}

run "needs_all_users" {
  command = plan

  override_data {
    target = data.iriusrisk_current_user.reviewer
    values = {
      permissions = ["MANAGE_USERS_BU"]
    }
  }

  expect_failures = [output.json]
}
