/** Says which releases stay, and clears away those that nobody can read any more. */
@NullMarked
package dev.pullcord.agent.retention;

import org.jspecify.annotations.NullMarked;
