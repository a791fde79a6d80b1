"""The words of Schoolgate as frozen values. Imports nothing else of ours."""
