import {
  to = iriusrisk_users_exclusive.all
  id = "users"
}
