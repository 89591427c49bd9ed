"""What runs in the processes of Locust alone: importing it makes all waiting of its process cooperative."""
