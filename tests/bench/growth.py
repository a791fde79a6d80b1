def measure(most=1):
    return []


MOST = 1
