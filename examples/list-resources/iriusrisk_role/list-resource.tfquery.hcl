# All roles with their permissions. Without a limit, terraform query returns 100 results.
list "iriusrisk_role" "all" {
  provider         = iriusrisk
  include_resource = true
  limit            = 100000
}

# The roles whose name contains a text.
list "iriusrisk_role" "managers" {
  provider = iriusrisk

  config {
    filter = "'name'~'manager'"
  }
}
