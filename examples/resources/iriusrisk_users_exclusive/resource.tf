# Only these users, service accounts and the break-glass account may be enabled.
resource "iriusrisk_users_exclusive" "all" {
  usernames        = ["ada", "grace"]
  ignore_usernames = ["svc-*", "break-glass"]
}
