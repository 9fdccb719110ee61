"""The local generators: pure work in a child process, with true progress. Importing this room loads nothing heavy."""
