mock_provider "iriusrisk" {}

run "emergencies" {
  command = plan

  assert {
    condition     = contains(module.people.usernames, "break-glass")
    error_message = "There is no account for emergencies."
  }

  assert {
    condition     = contains(module.people.end_dates[*].username, "contractor")
    error_message = "The access of the contractor does not end."
  }
}
