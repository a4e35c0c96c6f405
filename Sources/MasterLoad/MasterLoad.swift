// MasterLoad
