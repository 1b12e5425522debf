# Works with an API token that has no permission to manage users.
data "iriusrisk_users_summary" "all" {}

output "usernames" {
  value = data.iriusrisk_users_summary.all.users[*].username
}
