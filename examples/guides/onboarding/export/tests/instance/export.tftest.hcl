# Exports the users of the instance in IRIUSRISK_ENDPOINT, and changes nothing.

provider "iriusrisk" {}

run "all_users_but_the_own_one" {
  assert {
    condition     = length(jsondecode(output.people)) == length(data.iriusrisk_users.all.users) - 1
    error_message = "The export has ${length(jsondecode(output.people))} of ${length(data.iriusrisk_users.all.users)} users."
  }

  assert {
    condition     = length(regexall("import \\{", output.imports)) == length(jsondecode(output.people))
    error_message = "There must be one import block for each user."
  }
}
