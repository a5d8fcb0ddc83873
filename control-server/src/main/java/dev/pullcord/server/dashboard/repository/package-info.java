/** The page of the repository: where it lives, and what its host has said. */
@NullMarked
package dev.pullcord.server.dashboard.repository;

import org.jspecify.annotations.NullMarked;
