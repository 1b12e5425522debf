# For an API token without rights over users.
data "iriusrisk_users_summary" "all" {}

output "usernames" {
  value = data.iriusrisk_users_summary.all.users[*].username
}
