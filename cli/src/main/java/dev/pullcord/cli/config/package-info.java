/**
 * Which server, with which token: what {@code login} stored, and what the environment overrides.
 */
@NullMarked
package dev.pullcord.cli.config;

import org.jspecify.annotations.NullMarked;
