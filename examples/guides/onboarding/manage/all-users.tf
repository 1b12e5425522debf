# Only the users in people.json may be enabled. Service accounts of other configurations are ignored.
import {
  to = iriusrisk_users_exclusive.all
  id = "users"
}

resource "iriusrisk_users_exclusive" "all" {
  usernames        = keys(local.people)
  ignore_usernames = ["svc-*"]
}
