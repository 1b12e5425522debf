# All enabled users. Without a limit, terraform query returns 100 results.
list "iriusrisk_user" "enabled" {
  provider         = iriusrisk
  include_resource = true
  limit            = 100000

  config {
    filter = "'enabled'='true'"
  }
}
