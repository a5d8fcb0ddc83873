package dev.pullcord.protocol.manifest;

import org.jspecify.annotations.Nullable;

/**
 * The manifest's {@code python}: what the workers' Python has besides its own modules.
 *
 * @param venv a requirements file of the release
 * @param wheels a directory of the release that everything is installed from, without a slash at
 *     its end; null: what the node's pip is set up for
 */
public record PythonSpec(String venv, @Nullable String wheels) {}
