# The business units of all users. Without a limit, terraform query returns 100 results.
list "iriusrisk_user_business_unit" "all" {
  provider         = iriusrisk
  include_resource = true
  limit            = 100000
}

# The business units of one user.
list "iriusrisk_user_business_unit" "ada" {
  provider = iriusrisk

  config {
    username = "ada"
  }
}
