# Applies the configuration to the instance in IRIUSRISK_ENDPOINT. The module disables the users at the end, and does not delete
# them.

provider "iriusrisk" {}

run "people" {
  assert {
    condition     = length(module.people.ids) == 3
    error_message = "The users are ${join(", ", keys(module.people.ids))}."
  }
}
