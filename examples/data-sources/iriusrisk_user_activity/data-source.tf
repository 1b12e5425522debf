# The sign-ins of the last 90 days.
data "iriusrisk_user_activity" "quarter" {
  since = timeadd(plantimestamp(), "-2160h")
}

data "iriusrisk_users" "enabled" {
  filter = "'enabled'='true'"
}

locals {
  enabled = toset(data.iriusrisk_users.enabled.users[*].username)
}

# Null if the audit log does not reach back 90 days.
output "inactive" {
  value = data.iriusrisk_user_activity.quarter.complete ? [
    for user in data.iriusrisk_user_activity.quarter.users : user.username
    if user.last_sign_in == null && contains(local.enabled, user.username)
  ] : null
}
