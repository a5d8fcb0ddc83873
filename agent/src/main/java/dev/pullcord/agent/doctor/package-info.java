/** Looks at an agent and its host for what would keep it from working: one class for each check. */
@NullMarked
package dev.pullcord.agent.doctor;

import org.jspecify.annotations.NullMarked;
