# Everybody. Without a limit, terraform query ends after 100.
list "iriusrisk_user" "people" {
  provider         = iriusrisk
  include_resource = true
  limit            = 100000
}
