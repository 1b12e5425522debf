# Everybody who has access. Without a limit, terraform query shows 100.
list "iriusrisk_user" "enabled" {
  provider         = iriusrisk
  include_resource = true
  limit            = 100000

  config {
    filter = "'enabled'='true'"
  }
}
