# The roles of all users. Without a limit, terraform query returns 100 results.
list "iriusrisk_user_role" "all" {
  provider         = iriusrisk
  include_resource = true
  limit            = 100000
}

# The roles of one user.
list "iriusrisk_user_role" "ada" {
  provider = iriusrisk

  config {
    username = "ada"
  }
}
