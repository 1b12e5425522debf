# All users. Without a limit, terraform query returns 100 results.
list "iriusrisk_user" "people" {
  provider         = iriusrisk
  include_resource = true
  limit            = 100000
}
