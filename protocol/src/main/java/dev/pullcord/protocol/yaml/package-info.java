/**
 * YAML with a position for every value and all problems at once: the manifest and the programs' own
 * configuration files are read through it. {@link dev.pullcord.protocol.yaml.YamlDocument} is the
 * way in, {@link dev.pullcord.protocol.yaml.Section} has the typed getters.
 */
@NullMarked
package dev.pullcord.protocol.yaml;

import org.jspecify.annotations.NullMarked;
